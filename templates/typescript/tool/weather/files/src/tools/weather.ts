import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { config } from '../config.js';
import { input, ToolError, tool } from '../result.js';

/** The parts of Open-Meteo's answers that are used: https://open-meteo.com/en/docs */
const places = z.object({
  error: z.literal(false).optional(),
  results: z.array(z.object({ name: z.string(), latitude: z.number(), longitude: z.number() })).default([]),
});
const forecast = z.object({ current: z.object({ temperature_2m: z.number(), wind_speed_10m: z.number() }) });

const title = 'Get the weather';
const description = 'Current weather for a place, from Open-Meteo.';
const inputSchema = input({ location: z.string().min(2).max(100).describe('Name of a town, such as "Berlin"') });
const outputSchema = z.object({
  location: z.string().describe('The place that was found'),
  temperature: z.number().describe('Temperature now, °C'),
  wind: z.number().describe('Wind speed now, km/h'),
});
const hints = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true };

/** The current weather, from Open-Meteo. */
export function registerWeather(server: McpServer): void {
  server.registerTool(
    'get_weather',
    { title, description, inputSchema, outputSchema, annotations: { title, ...hints } },
    tool(async ({ location }, { mcpReq: { signal } }) => {
      const search = new URL('v1/search?count=1', config.WEATHER_GEOCODING_URL.replace(/\/?$/, '/'));
      search.searchParams.set('name', location);
      const [place] = (await get(places, search, signal)).results;
      if (!place) throw new ToolError(`No place is called "${location}".`, 'Check it, or name the nearest town.');
      const query = `latitude=${place.latitude}&longitude=${place.longitude}&current=temperature_2m,wind_speed_10m`;
      const url = new URL(`v1/forecast?${query}`, config.WEATHER_FORECAST_URL.replace(/\/?$/, '/'));
      const { temperature_2m: temperature, wind_speed_10m: wind } = (await get(forecast, url, signal)).current;
      return { location: place.name, temperature, wind };
    }),
  );
}

/** What the service answers. It is asked once more where that can help, and another shape than expected is its failure. */
async function get<T>(schema: z.ZodType<T>, url: URL, signal: AbortSignal): Promise<T> {
  const once = () => fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(config.WEATHER_TIMEOUT_MS)]) });
  try {
    let response = await once().catch(once);
    if (response.status >= 500) response = await once();
    if (!response.ok) throw new Error(`status ${response.status}`);
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      if (text.length > 1_000_000) throw new Error('a very long answer');
    }
    return schema.parse(JSON.parse(text));
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof z.ZodError ? 'an unknown answer' : (error as Error).message;
    throw new ToolError(`The weather service does not work (${reason}).`, 'Try again in a minute.');
  }
}
