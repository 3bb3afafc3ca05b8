import * as z from 'zod';
import { defineTool } from '../tool.js';
import { UpstreamError } from '../weather/get-json.js';
import { conditions, type Forecast, OpenMeteo } from '../weather/open-meteo.js';

const celsius = (what: string) => z.number().describe(`${what}, °C`);

export const getWeather = defineTool({
  name: 'get-weather',
  title: 'Get the weather',
  description: 'Current weather and forecast for a place, from Open-Meteo.',
  input: z.object({
    location: z.string().trim().min(2).max(100).describe('Name of a town, such as "Berlin" or "Lyon"'),
    days: z.number().int().min(1).max(7).default(3).describe('Days to forecast'),
  }),
  output: z.object({
    location: z.string().describe('The place that was found'),
    temperature: celsius('Temperature now'),
    windSpeed: z.number().describe('Wind speed now, km/h'),
    conditions: z.string().describe('The sky now, in words'),
    forecast: z
      .array(
        z.object({
          date: z.string().describe('Day, ISO 8601'),
          min: celsius('Lowest temperature'),
          max: celsius('Highest temperature'),
          conditions: z.string().describe('The sky, in words'),
        }),
      )
      .describe('One entry a day'),
  }),
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  failures: {
    location_not_found: {
      when: 'No place has this name.',
      recovery: 'Check the spelling, or name the nearest larger town.',
      retryable: false,
    },
    service_unavailable: {
      when: 'The weather service does not answer, or answers with an error.',
      recovery: 'Try again in a minute; if it stays so, tell the user that the weather service is down.',
      retryable: true,
    },
  },
  async run({ location, days }, { app, signal, fail }) {
    const service = new OpenMeteo(app.config, signal);
    try {
      const place = await service.find(location);
      if (place === undefined) throw fail('location_not_found', `No place is called "${location}".`);
      const { current, daily } = await service.forecast(place, days);
      return {
        location: place.country === undefined ? place.name : `${place.name}, ${place.country}`,
        temperature: current.temperature_2m,
        windSpeed: current.wind_speed_10m,
        conditions: conditions(current.weather_code),
        forecast: byDay(daily),
      };
    } catch (error) {
      if (error instanceof UpstreamError) throw fail('service_unavailable', `${error.message}.`);
      throw error;
    }
  },
});

/** Open-Meteo answers columns; a day that lacks a value is left out. */
function byDay({ time, weather_code, temperature_2m_min, temperature_2m_max }: Forecast['daily']) {
  return time.flatMap((date, day) => {
    const [code, min, max] = [weather_code[day], temperature_2m_min[day], temperature_2m_max[day]];
    if (code === undefined || min === undefined || max === undefined) return [];
    return [{ date, min, max, conditions: conditions(code) }];
  });
}
