import * as z from 'zod';
import type { Config } from '../config.js';
import { getJson } from './get-json.js';

/** The parts of Open-Meteo's answers that are used: https://open-meteo.com/en/docs */
const places = z.object({
  results: z
    .array(z.object({ name: z.string(), country: z.string().optional(), latitude: z.number(), longitude: z.number() }))
    .default([]),
});
const forecast = z.object({
  current: z.object({ temperature_2m: z.number(), wind_speed_10m: z.number(), weather_code: z.number() }),
  daily: z.object({
    time: z.array(z.string()),
    weather_code: z.array(z.number()),
    temperature_2m_max: z.array(z.number()),
    temperature_2m_min: z.array(z.number()),
  }),
});

export type Place = z.output<typeof places>['results'][number];
export type Forecast = z.output<typeof forecast>;

export class OpenMeteo {
  readonly #config: Config;
  readonly #signal: AbortSignal;

  constructor(config: Config, signal: AbortSignal) {
    this.#config = config;
    this.#signal = signal;
  }

  /** The best match for a place name. */
  async find(name: string): Promise<Place | undefined> {
    const url = new URL('/v1/search', this.#config.WEATHER_GEOCODING_URL);
    url.search = new URLSearchParams({ name, count: '1', format: 'json' }).toString();
    return places.parse(await this.#get(url)).results[0];
  }

  async forecast({ latitude, longitude }: Place, days: number): Promise<Forecast> {
    const url = new URL('/v1/forecast', this.#config.WEATHER_FORECAST_URL);
    url.search = new URLSearchParams({
      latitude: String(latitude),
      longitude: String(longitude),
      current: 'temperature_2m,wind_speed_10m,weather_code',
      daily: 'weather_code,temperature_2m_max,temperature_2m_min',
      forecast_days: String(days),
      timezone: 'auto',
    }).toString();
    return forecast.parse(await this.#get(url));
  }

  #get(url: URL): Promise<unknown> {
    return getJson(url, { signal: this.#signal, timeoutMs: this.#config.WEATHER_TIMEOUT_MS });
  }
}

/** WMO code 4677 in words, by its tens, which is as fine as a forecast is. */
export function conditions(code: number): string {
  if (code === 0) return 'clear';
  if (code <= 3) return 'partly cloudy';
  if (code <= 48) return 'fog';
  if (code <= 57) return 'drizzle';
  if (code <= 67) return 'rain';
  if (code <= 77) return 'snow';
  if (code <= 82) return 'rain showers';
  return code <= 86 ? 'snow showers' : 'thunderstorm';
}
