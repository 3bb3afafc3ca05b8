import type { CallToolResult, InputRequiredResult, McpServer, ServerContext } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { App } from './app.js';
import { DeadlineError, withDeadline } from './deadline.js';
import { COMMON_FAILURES, commonError, errorResult, type Failures, ToolError, toToolError } from './errors.js';
import { inputSchema, outputSchema } from './schema.js';

/** Hints for the client. All four are written out: their defaults in the specification surprise. */
export interface Annotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** What a tool gets besides its arguments. */
export interface ToolContext<Reason extends string> {
  readonly app: App;
  /** Aborted when the client cancels, hangs up, or the time limit is over. Pass it to every slow operation. */
  readonly signal: AbortSignal;
  /** What the SDK knows about this request. */
  readonly request: ServerContext;
  /** Whether this client can be asked a question. */
  readonly canElicit: boolean;
  /** An error for one of the declared failures; throw it. */
  fail(reason: Reason, message: string): ToolError;
  /** Tells a client that asked for it how far the work has come. */
  progress(done: number, total: number, message: string): Promise<void>;
}

export interface ToolDefinition<Input extends z.ZodObject, Output extends z.ZodObject, Known extends Failures> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  readonly annotations: Annotations;
  readonly failures: Known;
  /** Milliseconds; absent means TOOL_TIMEOUT_MS. */
  readonly timeoutMs?: number;
  run(
    args: z.output<Input>,
    context: ToolContext<keyof Known & string>,
  ): Promise<z.input<Output> | InputRequiredResult>;
}

/** A tool that can be registered. */
export type Tool = ReturnType<typeof defineTool>;

/** Checks a definition's types, and prepares once what registering must not do again on every request. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject, Known extends Failures>(
  tool: ToolDefinition<Input, Output, Known>,
) {
  const failures = { ...COMMON_FAILURES, ...tool.failures };
  const config = {
    title: tool.title,
    description: tool.description,
    inputSchema: inputSchema(tool.input),
    outputSchema: outputSchema(tool.output),
    annotations: { ...tool.annotations },
    _meta: { 'mcp-mason/failures': failures },
  };
  const call = async (app: App, server: McpServer, args: unknown, request: ServerContext) => {
    const parsed = tool.input.safeParse(args ?? {});
    if (!parsed.success) throw commonError('invalid_arguments', z.prettifyError(parsed.error));
    const { signal: cancelled } = request.mcpReq;
    try {
      const result = await withDeadline(tool.timeoutMs ?? app.config.TOOL_TIMEOUT_MS, cancelled, (signal) =>
        tool.run(parsed.data, {
          app,
          signal,
          request,
          canElicit: canElicit(server, request),
          fail: (reason, message) => new ToolError(reason, failures[reason] ?? COMMON_FAILURES.internal_error, message),
          progress: (done, total, message) => sendProgress(request, done, total, message),
        }),
      );
      return isQuestion(result) ? result : success(tool.output.parse(result), app.config.MAX_RESULT_CHARS);
    } catch (error) {
      if (error instanceof DeadlineError) throw commonError('timed_out', error.message, error);
      if (cancelled.aborted) throw commonError('cancelled', 'The call was cancelled.', error);
      throw error;
    }
  };
  return { name: tool.name, config, call };
}

/** Puts a tool on a server. Whatever it throws reaches the client as a result that the model can act on. */
export function registerTool(server: McpServer, app: App, { name, config, call }: Tool): void {
  server.registerTool(name, config, async (args, request) => {
    const started = performance.now();
    try {
      const result = await call(app, server, args, request);
      app.log.debug('tool answered', { tool: name, ms: Math.round(performance.now() - started) });
      return result;
    } catch (thrown) {
      const error = toToolError(thrown);
      const level = error.reason === 'internal_error' ? 'error' : 'info';
      app.log[level]('tool failed', { tool: name, reason: error.reason, cause: error.cause ?? error.message });
      return errorResult(error);
    }
  });
}

function success(output: Record<string, unknown>, maxChars: number): CallToolResult {
  const text = JSON.stringify(output);
  const notice = `… [cut after ${maxChars} of ${text.length} characters; ask for less, or use the paging arguments]`;
  const shown = text.length > maxChars ? text.slice(0, maxChars) + notice : text;
  return { content: [{ type: 'text', text: shown }], structuredContent: output };
}

const isQuestion = (result: object): result is InputRequiredResult =>
  'resultType' in result && result.resultType === 'input_required';

/** 2026-07-28 clients tell their capabilities with each request, earlier ones when they connect. */
function canElicit(server: McpServer, { mcpReq }: ServerContext): boolean {
  const envelope = mcpReq.envelope as Record<string, { elicitation?: object } | undefined> | undefined;
  const capabilities =
    envelope?.['io.modelcontextprotocol/clientCapabilities'] ?? server.server.getClientCapabilities();
  return capabilities?.elicitation !== undefined;
}

async function sendProgress({ mcpReq }: ServerContext, progress: number, total: number, message: string) {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return;
  await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total, message } });
}
