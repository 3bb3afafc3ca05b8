/** Builds the server once before the tests, with the project's own build settings. */
export async function setup(): Promise<void> {
  await import('../../scripts/build.js');
}
