import type { Control } from './control.ts';
import { kindOf } from './files.ts';
import { HttpError, parseToken, tokenOf } from './http.ts';
import type { Reply, Request } from './http.ts';
import type { Workspace } from './workspace.ts';

/** Second of the three steps of an upload: the content, raw or as the one part of a form. */
export async function receiveFile(stage: Control, request: Request): Promise<Reply> {
  const [, , , team = '', id = ''] = request.url.pathname.split('/');
  const workspace = stage.store.byTeam(team);
  const file = workspace?.state.files[id];
  if (workspace === undefined || file === undefined || request.method !== 'POST')
    throw new HttpError(404, 'There is no such upload.');
  if (file.uploaded) throw new HttpError(400, 'This file was uploaded already.');
  const content = await contentOf(request);
  if (content.length !== file.sizeBytes)
    throw new HttpError(400, `${file.sizeBytes} bytes were announced, ${content.length} came.`);
  await stage.files.write(workspace, file, content);
  file.uploaded = true;
  await stage.store.commit(workspace);
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: `OK - ${content.length}` };
}

async function contentOf(request: Request): Promise<Buffer> {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return request.raw;
  const form = await new Response(new Uint8Array(request.raw), { headers: { 'content-type': type } }).formData();
  const part = [...form.values()].find((one) => one !== undefined);
  if (part === undefined) throw new HttpError(400, 'The form holds no file.');
  return typeof part === 'string' ? Buffer.from(part) : Buffer.from(await part.arrayBuffer());
}

/** What an app downloads with its token, and a person from the page; nothing in it runs in the browser. */
export async function sendFile(stage: Control, request: Request): Promise<Reply> {
  const [, , address = ''] = request.url.pathname.split('/');
  const [team = '', id = ''] = address.split('-');
  const workspace = stage.store.byTeam(team);
  const file = workspace?.state.files[id];
  if (workspace === undefined || file?.completed !== true || !mayRead(workspace, request))
    throw new HttpError(404, 'There is no such file.');
  const content = await stage.files.read(workspace, file);
  if (content === undefined) throw new HttpError(404, 'What was in this file is gone.');
  const { type } = kindOf(file.name);
  return {
    status: 200,
    headers: {
      'content-type': type,
      'content-disposition': `${type === 'application/octet-stream' ? 'attachment' : 'inline'}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    },
    body: '',
    content,
  };
}

/** A request without a token is a person's, on this page where anyone can act as anyone. */
function mayRead(workspace: Workspace, request: Request): boolean {
  const token = tokenOf(request);
  if (token === undefined) return true;
  const parsed = parseToken(token);
  return parsed?.key === workspace.state.key && workspace.state.setup.app.scopes.includes('files:read');
}
