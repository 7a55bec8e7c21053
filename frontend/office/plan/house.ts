/** What the plan asks of the house: to save a slot, to undo a change. */

import type { Slot } from "./slots";

/** Saved as that version, or refused with a sentence; `status` 0: nobody answered. */
export type Verdict = { saved: true; version: number | null } | { saved: false; status: number; sentence: string };

export async function move(address: string, slot: Slot, version: number, token: string): Promise<Verdict> {
  const wish = {
    stage: slot.stage,
    start: new Date(slot.start).toISOString(),
    end: new Date(slot.end).toISOString(),
    version,
  };
  return ask(address, token, JSON.stringify(wish));
}

export async function undo(address: string, token: string): Promise<Verdict> {
  return ask(address, token, "{}");
}

async function ask(address: string, token: string, body: string): Promise<Verdict> {
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "X-CSRFToken": token, "Content-Type": "application/json", Accept: "application/json" },
      redirect: "error", // whoever was signed out meanwhile is not led to the sign-in page as if it were an answer
      body,
    });
    const said = (await response.json()) as { version?: number | null; detail?: string };
    if (response.ok) return { saved: true, version: said.version ?? null };
    return { saved: false, status: response.status, sentence: said.detail ?? "" };
  } catch {
    return { saved: false, status: 0, sentence: "" };
  }
}
