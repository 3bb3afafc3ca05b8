import { expect, test, vi } from 'vitest';
import { testApp } from './support/app.js';
import { callOk, connect } from './support/connect.js';

test('a 2025 client hears of changes to the notes it subscribed to', async () => {
  const client = await connect(await testApp(), '2025');
  const heard: string[] = [];
  const listChanged = vi.fn();
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => void heard.push(params.uri));
  client.setNotificationHandler('notifications/resources/list_changed', listChanged);

  const watched = await callOk(client, 'create-note', { title: 'Watched' });
  const other = await callOk(client, 'create-note', { title: 'Other' });
  await client.subscribeResource({ uri: `note://${watched.id}` });
  for (const { id, version } of [watched, other]) await callOk(client, 'update-note', { id, version, body: 'new' });

  await vi.waitFor(() => expect(heard).toEqual([`note://${watched.id}`]));
  expect(listChanged).toHaveBeenCalled();
});

test('a 2026 client hears of changes on the stream it opened', async () => {
  const client = await connect(await testApp(), '2026');
  const { id, version } = await callOk(client, 'create-note', { title: 'Watched' });
  const heard: string[] = [];
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => void heard.push(params.uri));
  const subscription = await client.listen({ resourceSubscriptions: [`note://${id}`] });

  await callOk(client, 'update-note', { id, version, body: 'new' });
  await vi.waitFor(() => expect(heard).toEqual([`note://${id}`]));
  await subscription.close();
});
