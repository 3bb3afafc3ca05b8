import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { config } from '../config.js';
import { input, ToolError, tool } from '../result.js';

/** The parts of Open-Meteo's answers that are used: https://open-meteo.com/en/docs */
const places = z.object({
  results: z.array(z.object({ name: z.string(), latitude: z.number(), longitude: z.number() })).default([]),
});
const forecast = z.object({ current: z.object({ temperature_2m: z.number(), wind_speed_10m: z.number() }) });

const inputSchema = input({
  location: z.string().min(2).max(100).describe('Name of a town, such as "Berlin"'),
});
const outputSchema = z.object({
  location: z.string().describe('The place that was found'),
  temperature: z.number().describe('Temperature, °C'),
  wind: z.number().describe('Wind speed, km/h'),
});

/** The current weather, from Open-Meteo. */
export function registerWeather(server: McpServer): void {
  server.registerTool(
    'get_weather',
    {
      title: 'Get the weather',
      description: 'Current weather for a place, from Open-Meteo.',
      inputSchema,
      outputSchema,
      annotations: {
        title: 'Get the weather',
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: true,
      },
    },
    tool(async ({ location }, { mcpReq: { signal } }) => {
      const search = address(config.WEATHER_GEOCODING_URL, '/v1/search', { name: location, count: 1, format: 'json' });
      const [place] = (await get(places, search, signal)).results;
      if (place === undefined) {
        throw new ToolError(`No place is called "${location}".`, 'Check the spelling, or name the nearest town.');
      }
      const { name, latitude, longitude } = place;
      const query = { latitude, longitude, current: 'temperature_2m,wind_speed_10m' };
      const { current } = await get(forecast, address(config.WEATHER_FORECAST_URL, '/v1/forecast', query), signal);
      return { location: name, temperature: current.temperature_2m, wind: current.wind_speed_10m };
    }),
  );
}

function address(base: string, path: string, query: Record<string, string | number>): URL {
  const url = new URL(path, base);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  return url;
}

/** What a service answers. Another shape than expected is its failure, not ours. */
async function get<T>(schema: z.ZodType<T>, url: URL, signal: AbortSignal): Promise<T> {
  try {
    return schema.parse(JSON.parse(await getText(url, signal)));
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof z.ZodError ? 'an unknown answer' : String(error);
    throw new ToolError(`The weather service does not work (${reason}).`, 'Try again in a minute.');
  }
}

/** Tries once more where that can help: after a network error, a timeout, or an error of the service. */
async function getText(url: URL, signal: AbortSignal): Promise<string> {
  const once = () => fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(config.WEATHER_TIMEOUT_MS)]) });
  let response = await once().catch(once);
  if (response.status >= 500) response = await once();
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_CHARS) throw new Error('a very long answer');
  }
  return text;
}

const MAX_CHARS = 1_000_000;
