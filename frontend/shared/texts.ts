/**
 * Sentences stand in the page's templates, in the visitor's language; the program only chooses among them:
 * `<template><p data-text="stalled">…</p></template>` inside an element.
 */

const chosen = new WeakMap<Element, string>();

/** Put the sentence `key` of `home` into `place`, unless it stands there already: a live region would say it twice. */
export function say(home: Element, place: Element | null, key: string): void {
  if (!place || chosen.get(place) === key) return;
  chosen.set(place, key);
  const sentence = sentenceOf(home, key);
  place.replaceChildren(...(sentence ? [...sentence.cloneNode(true).childNodes] : []));
}

/** Put a sentence that came from the house, already in the visitor's language. */
export function quote(place: Element | null, text: string): void {
  if (!place) return;
  chosen.delete(place);
  place.textContent = text;
}

/** The sentence `key` of `home` with its `{gaps}` filled in. */
export function worded(home: Element, key: string, words: Record<string, string> = {}): string {
  const sentence = sentenceOf(home, key)?.textContent ?? "";
  return sentence.replace(/\{(\w+)\}/g, (gap, name: string) => words[name] ?? gap);
}

function sentenceOf(home: Element, key: string): Element | null {
  for (const template of home.querySelectorAll("template")) {
    const sentence = template.content.querySelector(`[data-text="${key}"]`);
    if (sentence) return sentence;
  }
  return null;
}

/** The element inside `home` with that `data-part`; its absence is a fault of the template and said at once. */
export function part<E extends HTMLElement = HTMLElement>(home: ParentNode, name: string): E {
  const found = home.querySelector<E>(`[data-part="${name}"]`);
  if (!found) throw new Error(`The template lacks data-part="${name}".`);
  return found;
}
