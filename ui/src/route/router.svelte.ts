import { href, parseHash, type Route } from './route';

class Router {
  route = $state.raw<Route>(parseHash(typeof location === 'undefined' ? '' : location.hash));

  /** Follows the address bar. The answer ends it. */
  start(): () => void {
    const follow = () => (this.route = parseHash(location.hash));
    addEventListener('hashchange', follow);
    follow();
    return () => removeEventListener('hashchange', follow);
  }

  /** Goes there, with a step in the browser's history. */
  go(segments: (string | number)[], query: Record<string, string | null | undefined> = {}): void {
    location.hash = href(segments, query);
  }

  /** Goes there in place of the current step: for filters, so that Back leaves the screen. */
  replace(segments: (string | number)[], query: Record<string, string | null | undefined> = {}): void {
    history.replaceState(history.state, '', href(segments, query));
    this.route = parseHash(location.hash);
  }
}

export const router = new Router();
export { href } from './route';
