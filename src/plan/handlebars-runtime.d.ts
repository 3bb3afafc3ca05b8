// The package types only its full build; the runtime offers this part of it.
declare module 'handlebars/runtime.js' {
  const runtime: Pick<typeof import('handlebars'), 'create'> & { readonly COMPILER_REVISION: number };
  export default runtime;
}
