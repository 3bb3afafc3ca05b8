import type { Icon } from '@modelcontextprotocol/server';

// Inline, so that a client shows it without a request. Replace the drawing by your own.
const drawing = [
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">',
  '<rect width="48" height="48" rx="10" fill="#7c3aed"/>',
  '<path d="M10 30h12v8H10zm16 0h12v8H26zM18 20h12v8H18zM10 10h12v8H10zm16 0h12v8H26z" fill="#fff"/>',
  '</svg>',
].join('');

export const icons: Icon[] = [
  { src: `data:image/svg+xml,${encodeURIComponent(drawing)}`, mimeType: 'image/svg+xml', sizes: ['any'] },
];
