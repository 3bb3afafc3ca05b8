import type { RequestListener } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { testApp } from '../support/app.js';
import { callFailing, callOk, connect, ERAS } from '../support/connect.js';
import { localServer } from '../support/local-server.js';

const PLACES = { results: [{ name: 'Lyon', country: 'France', latitude: 45.75, longitude: 4.85 }] };
const FORECAST = {
  current: { temperature_2m: 21.5, wind_speed_10m: 7, weather_code: 0 },
  daily: {
    time: ['2026-07-28', '2026-07-29'],
    weather_code: [61, 95],
    temperature_2m_max: [25, 23],
    temperature_2m_min: [15, 14],
  },
};

/** Answers like Open-Meteo. */
const openMeteo: RequestListener = (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const known = searchParams.get('name') !== 'Nowhere';
  const body = pathname === '/v1/forecast' ? FORECAST : known ? PLACES : {};
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

const settings = (url: string) => ({ WEATHER_FORECAST_URL: url, WEATHER_GEOCODING_URL: url });

describe.each(ERAS)('get-weather for clients of %s', (era) => {
  test('answers the weather now and the days to come', async () => {
    const client = await connect(await testApp(settings(await localServer(openMeteo))), era);
    expect(await callOk(client, 'get-weather', { location: 'Lyon' })).toEqual({
      location: 'Lyon, France',
      temperature: 21.5,
      windSpeed: 7,
      conditions: 'clear',
      forecast: [
        { date: '2026-07-28', min: 15, max: 25, conditions: 'rain' },
        { date: '2026-07-29', min: 14, max: 23, conditions: 'thunderstorm' },
      ],
    });
  });

  test('says that it does not know a place', async () => {
    const client = await connect(await testApp(settings(await localServer(openMeteo))), era);
    const failure = await callFailing(client, 'get-weather', { location: 'Nowhere' });
    expect(failure).toMatchObject({ reason: 'location_not_found' });
  });

  test('tries again when the service stumbles', async () => {
    let requests = 0;
    const url = await localServer((request, response) => {
      requests += 1;
      if (requests === 1) response.writeHead(503).end();
      else openMeteo(request, response);
    });
    const client = await connect(await testApp(settings(url)), era);
    expect(await callOk(client, 'get-weather', { location: 'Lyon' })).toMatchObject({ location: 'Lyon, France' });
    expect(requests).toBe(3);
  });

  test('gives up on a service that stays down, and does not repeat what cannot help', async () => {
    let status = 500;
    let requests = 0;
    const url = await localServer((_request, response) => {
      requests += 1;
      response.writeHead(status).end();
    });
    const client = await connect(await testApp(settings(url)), era);
    const failure = await callFailing(client, 'get-weather', { location: 'Lyon' });
    expect(failure).toMatchObject({ reason: 'service_unavailable', retryable: true });
    expect(requests).toBe(3);
    status = 400;
    await callFailing(client, 'get-weather', { location: 'Lyon' });
    expect(requests).toBe(4);
  });

  test('does not wait for a service that hangs', async () => {
    const url = await localServer(() => {});
    const app = await testApp({ ...settings(url), WEATHER_TIMEOUT_MS: '30' });
    const client = await connect(app, era);
    const failure = await callFailing(client, 'get-weather', { location: 'Lyon' });
    expect(failure).toMatchObject({ reason: 'service_unavailable' });
  });

  test('ends its request when the call is cancelled', async () => {
    const cancel = new AbortController();
    let hungUp = false;
    const url = await localServer((request) => {
      request.once('close', () => {
        hungUp = true;
      });
      cancel.abort('not needed any more');
    });
    const client = await connect(await testApp(settings(url)), era);
    const call = client.callTool({ name: 'get-weather', arguments: { location: 'Lyon' } }, { signal: cancel.signal });
    await expect(call).rejects.toThrow();
    await vi.waitFor(() => expect(hungUp).toBe(true));
  });
});
