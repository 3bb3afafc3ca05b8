import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, beforeEach, test } from 'node:test';
import { call, clients, config, failure } from './clients.js';

const PLACES = { results: [{ name: 'Berlin', latitude: 52.5, longitude: 13.4 }] };
const FORECAST = { current: { temperature_2m: 21.5, wind_speed_10m: 7 } };

/** Stands in for the weather service. */
let answer: RequestListener;
let requests = 0;
const service = createServer((request, response) => {
  requests += 1;
  answer(request, response);
}).listen(0, '127.0.0.1');
await once(service, 'listening');
after(() => service.close());

const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
Object.assign(config, { WEATHER_GEOCODING_URL: url, WEATHER_FORECAST_URL: url });
beforeEach(() => {
  requests = 0;
});

for (const [era, client] of clients) {
  test(`the weather of a place (${era})`, async () => {
    answer = ({ url }, response) => response.end(JSON.stringify(url?.startsWith('/v1/search') ? PLACES : FORECAST));
    const weather = await call(client, 'get_weather', { location: 'Berlin' });
    assert.deepEqual(weather, { location: 'Berlin', temperature: 21.5, wind: 7 });
  });

  test(`an unknown place says what to do (${era})`, async () => {
    answer = (_, response) => response.end('{}');
    assert.match(await failure(client, 'get_weather', { location: 'Nowhere' }), /nearest town/);
  });

  test(`an error of the service is tried once more (${era})`, async () => {
    answer = (_, response) => response.writeHead(503).end();
    assert.match(await failure(client, 'get_weather', { location: 'Berlin' }), /503.*Try again/);
    assert.equal(requests, 2);
  });

  test(`an odd answer of the service is its failure, not ours (${era})`, async () => {
    for (const odd of ['no JSON', '{"results": 1}', `"${'x'.repeat(2_000_000)}"`]) {
      answer = (_, response) => response.end(odd);
      assert.match(await failure(client, 'get_weather', { location: 'Berlin' }), /weather service/);
    }
    assert.equal(requests, 3);
  });
}
