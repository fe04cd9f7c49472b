/** Ways to sign in that a provider's setting `auth` can name; the first one is its default. Others are typed. */
const WAYS: Record<string, string[]> = {
  evo: ['oauth', 'token', 'client-credentials'],
  calyptia: ['bearer', 'project-token'],
};

export function authWays(provider: string): string[] {
  return WAYS[provider] ?? [];
}

/** True when a person signs in with the browser, so that there is no secret to type. */
export function signsInWithBrowser(settings: Record<string, string>): boolean {
  return settings['auth'] === 'oauth';
}

/** Settings that say nothing under the chosen way, and aren't asked for. */
export function isAsked(key: string, settings: Record<string, string>): boolean {
  const auth = settings['auth'] ?? '';
  if (key === 'redirect_uri') return auth === 'oauth';
  if (key === 'client_id' || key === 'issuer') return auth === 'oauth' || auth === 'client-credentials';
  return true;
}

/** Settings that the chosen way needs beside those that are always required. */
export function isNeeded(key: string, required: boolean, settings: Record<string, string>): boolean {
  return required || (key === 'client_id' && isAsked(key, settings) && settings['auth'] !== undefined);
}
