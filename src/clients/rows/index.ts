import { amazonQ } from './amazon-q.ts';
import { amp } from './amp.ts';
import { antigravity } from './antigravity.ts';
import { auggie } from './auggie.ts';
import { chatgpt } from './chatgpt.ts';
import { claudeCode } from './claude-code.ts';
import { claudeDesktop } from './claude-desktop.ts';
import type { Client } from './client.ts';
import { cline } from './cline.ts';
import { codex } from './codex.ts';
import { continueDev } from './continue.ts';
import { copilotAgent, copilotCli } from './copilot-cli.ts';
import { crush } from './crush.ts';
import { cursor } from './cursor.ts';
import { devin } from './devin.ts';
import { droid } from './droid.ts';
import { geminiCli } from './gemini-cli.ts';
import { goose } from './goose.ts';
import { grok } from './grok.ts';
import { jetbrains } from './jetbrains.ts';
import { jetbrainsAir } from './jetbrains-air.ts';
import { junie } from './junie.ts';
import { kilo } from './kilo.ts';
import { kimiCode } from './kimi-code.ts';
import { kiro } from './kiro.ts';
import { librechat } from './librechat.ts';
import { lmStudio } from './lm-studio.ts';
import { mistralVibe } from './mistral-vibe.ts';
import { opencode } from './opencode.ts';
import { pi } from './pi.ts';
import { qwenCode } from './qwen-code.ts';
import { raycast } from './raycast.ts';
import { rooCode } from './roo-code.ts';
import { rovoDev } from './rovo-dev.ts';
import { visualStudio } from './visual-studio.ts';
import { vscode, vscodeInsiders, vscodium } from './vscode.ts';
import { warp } from './warp.ts';
import { windsurf } from './windsurf.ts';
import { zed } from './zed.ts';

/** Every client, in the order in which they are listed. */
export const CLIENTS: readonly Client[] = [
  claudeDesktop,
  claudeCode,
  cursor,
  vscode,
  vscodeInsiders,
  vscodium,
  visualStudio,
  windsurf,
  devin,
  zed,
  cline,
  rooCode,
  continueDev,
  codex,
  geminiCli,
  antigravity,
  goose,
  opencode,
  amp,
  copilotCli,
  copilotAgent,
  kiro,
  amazonQ,
  warp,
  qwenCode,
  kilo,
  kimiCode,
  droid,
  auggie,
  crush,
  grok,
  mistralVibe,
  pi,
  rovoDev,
  lmStudio,
  junie,
  jetbrains,
  jetbrainsAir,
  chatgpt,
  raycast,
  librechat,
];
