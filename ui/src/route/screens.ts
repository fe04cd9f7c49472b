import type { Component } from 'svelte';
import { t } from '../texts';
import type { Route } from './route';

export type ScreenProps = { route: Route };

/** A screen: its place in the address, its title, and its code, loaded when it is first shown. */
export type Screen = {
  /** The first segment; the home screen has `''`. */
  at: string;
  /** It is shown for `at/<something>` too; without, a screen of its own is. */
  title: (route: Route) => string;
  load: () => Promise<{ default: Component<ScreenProps> }>;
};

const screens: Screen[] = [
  { at: '', title: () => t.nav.overview, load: () => import('../screens/overview/Overview.svelte') },
  { at: 'pair', title: (route) => route.segments[1] ?? t.nav.overview, load: () => import('../screens/transfers/Transfers.svelte') },
  { at: 'set-up', title: () => t.setup.title, load: () => import('../screens/set-up/SetUp.svelte') },
  { at: 'conflicts', title: () => t.nav.conflicts, load: () => import('../screens/conflicts/Conflicts.svelte') },
  { at: 'problems', title: () => t.nav.problems, load: () => import('../screens/problems/Problems.svelte') },
  { at: 'activity', title: () => t.nav.activity, load: () => import('../screens/activity/Activity.svelte') },
  { at: 'versions', title: () => t.nav.versions, load: () => import('../screens/versions/Versions.svelte') },
  { at: 'kept', title: () => t.nav.kept, load: () => import('../screens/kept/Kept.svelte') },
  { at: 'accounts', title: () => t.nav.accounts, load: () => import('../screens/accounts/Accounts.svelte') },
  { at: 'settings', title: () => t.nav.settings, load: () => import('../screens/settings/Settings.svelte') },
];

const conflict: Screen = {
  at: 'conflicts',
  title: () => t.nav.conflicts,
  load: () => import('../screens/conflicts/ConflictDetail.svelte'),
};

/** The screen of a route; an address that is none leads home. */
export function screenOf(route: Route): Screen {
  const at = route.segments[0] ?? '';
  if (at === 'conflicts' && route.segments.length > 1) return conflict;
  return screens.find((screen) => screen.at === at) ?? screens[0]!;
}
