/**
 * Parts of the page that the server writes anew: the programme after the office moved something, the whole
 * surroundings of a stage after a hop. The page is fetched again and elements of the same `data-fresh` change places,
 * so that there is one place where a programme becomes HTML: the template.
 */

import { type Persistence, persistently } from "./backoff";

/** A line that says nothing for so long is dead: phones that change their network are told of it by nobody. */
const PATIENCE_MS = 10_000;

export interface Wish extends Persistence {
  /** What only the signed-in see, or a house that lets nobody in without a password yet. */
  ours?: boolean;
  /** The house answers, and has no such page. */
  refused?: () => void;
}

/**
 * The page at `url`, parsed and inert, or null if it could not be had. Asked without cookies, as everybody's: what
 * changes places is the same for all, and so the house answers a whole audience at once.
 */
export async function fetchPage(url: string, wish: Wish = {}): Promise<Document | null> {
  const answer = await persistently(() => ask(url, wish.ours ? "same-origin" : "omit"), wish);
  if (answer?.status === 401 && !wish.ours) return fetchPage(url, { ...wish, ours: true });
  if (answer && !answer.page) wish.refused?.();
  return answer?.page ?? null;
}

async function ask(url: string, credentials: RequestCredentials) {
  // `AbortSignal.timeout` is younger than the phones that come by.
  const dead = new AbortController();
  const timer = setTimeout(() => dead.abort(), PATIENCE_MS);
  const headers = { Accept: "text/html" };
  try {
    const response = await fetch(url, { headers, cache: "no-cache", credentials, signal: dead.signal });
    const page = response.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
    return { status: response.status, wish: response.headers.get("Retry-After"), page };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** Whether two addresses are of the same page, wherever in it they point. */
export function isPage(one: string, other: string): boolean {
  return one.split("#")[0] === other.split("#")[0];
}

/** Where the content of this page comes from, if from another address than its own. */
let source: string | null = null;

export function showPageOf(url: string): void {
  source = url;
}

export function sourceOfPage(): string {
  return source ?? location.href;
}

/** Replace each `data-fresh` element of this page that differs in `page`. */
export function refresh(page: Document): void {
  for (const old of document.querySelectorAll<HTMLElement>("[data-fresh]")) {
    const fresh = page.querySelector(`[data-fresh="${old.dataset.fresh}"]`);
    if (fresh && fresh.outerHTML !== old.outerHTML) keepingFocus(old, () => old.replaceWith(document.adoptNode(fresh)));
  }
}

/** After a change of address: title and the way to the other languages follow. */
export function refreshAddress(page: Document): void {
  document.title = page.title;
  for (const link of document.querySelectorAll("a[hreflang], link[hreflang]")) {
    const fresh = page.querySelector(`${link.localName}[hreflang="${link.getAttribute("hreflang")}"]`);
    if (fresh) link.setAttribute("href", fresh.getAttribute("href") ?? "");
  }
}

/** A keyboard visitor inside the part stays where they were: on the same link or button, if it is still there. */
function keepingFocus(old: HTMLElement, replace: () => void): void {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const href = focused?.getAttribute("href");
  const same = focused?.id ? `#${CSS.escape(focused.id)}` : href ? `a[href="${CSS.escape(href)}"]` : null;
  const name = old.dataset.fresh;
  replace();
  if (same) document.querySelector<HTMLElement>(`[data-fresh="${name}"] ${same}`)?.focus();
}
