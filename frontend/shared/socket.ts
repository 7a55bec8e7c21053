/**
 * The page's one line to the house: `/ws`, JSON text frames, catalogue in `messages.ts`. Knows no DOM.
 *
 * Losing it ends nothing else: media flow on over UDP, and whoever opened this line is told when it is back.
 */

import { backoff } from "./backoff";
import type { FromPage, ToPage } from "./messages";

type Kind = ToPage["type"];
type Message<K extends Kind> = Extract<ToPage, { type: K }>;
type Question = Extract<FromPage, { request: number }>;
/** Written out per member, since Omit on a union would keep only what all members share. */
type Unnumbered<Q> = Q extends Question ? Omit<Q, "request"> : never;

const ANSWER_WITHIN_MS = 10_000;
const PING_EVERY_MS = 20_000;

/** The house said no: a reason code for the program and a sentence in the visitor's language. */
export class Refused extends Error {
  constructor(
    readonly reason: string,
    readonly text: string,
  ) {
    super(reason);
  }
}

interface Waiting {
  resolve: (answer: ToPage) => void;
  reject: (why: Refused) => void;
  timer: ReturnType<typeof setTimeout>;
}

export class HouseSocket {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private requests = 0;
  private answered = true;
  private closed = false;
  private reopening: ReturnType<typeof setTimeout> | undefined;
  private pinging: ReturnType<typeof setInterval> | undefined;
  private readonly waiting = new Map<number, Waiting>();
  /** Asked before the line was open. */
  private unsent: Question[] = [];
  private readonly listeners = new Map<Kind, Array<(message: never) => void>>();
  private readonly openings: Array<() => void> = [];
  private readonly losses: Array<() => void> = [];

  /** `ticket` tells the house who is speaking; an empty one only listens. */
  constructor(
    private readonly address: string,
    private ticket: string,
  ) {}

  get isOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** Call `heed` with every message of that kind. */
  on<K extends Kind>(kind: K, heed: (message: Message<K>) => void): void {
    this.listeners.set(kind, [...(this.listeners.get(kind) ?? []), heed]);
  }

  /** Call `greet` each time the line is open, the first time and after every loss. */
  onOpen(greet: () => void): void {
    this.openings.push(greet);
  }

  onLoss(mourn: () => void): void {
    this.losses.push(mourn);
  }

  open(): void {
    clearTimeout(this.reopening);
    this.closed = false;
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = (event) => this.received(JSON.parse(String(event.data)) as ToPage);
    socket.onclose = () => this.lost(socket);
  }

  /** For the moment the network is back or the page is looked at again: do not sit out the waiting time. */
  hurry(): void {
    if (this.closed || this.socket) return;
    this.attempt = 0;
    this.open();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.reopening);
    this.socket?.close();
  }

  /** Be known by another name from now on. */
  identify(ticket: string): void {
    this.ticket = ticket;
    this.greet();
  }

  /** False if the line is down: what matters is said again in `onOpen`. */
  send(message: FromPage): boolean {
    if (!this.socket || this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /**
   * Ask and wait for the answer of that kind; a refusal, a lost line or silence is thrown as `Refused`.
   * What is asked while the line is opening goes out with the greeting.
   */
  ask<K extends Kind>(kind: K, question: Unnumbered<Question>): Promise<Message<K>> {
    const request = ++this.requests;
    return new Promise<ToPage>((resolve, reject) => {
      const timer = setTimeout(() => this.settle(request)?.reject(unavailable()), ANSWER_WITHIN_MS);
      this.waiting.set(request, { resolve, reject, timer });
      const numbered = { ...question, request } as Question;
      if (!this.send(numbered)) this.unsent.push(numbered);
    }).then((answer) => {
      if (answer.type !== kind) throw unavailable();
      return answer as Message<K>;
    });
  }

  private opened(): void {
    this.answered = true;
    this.greet();
    for (const question of this.unsent.filter(({ request }) => this.waiting.has(request))) this.send(question);
    this.unsent = [];
    this.pinging = setInterval(() => this.ping(), PING_EVERY_MS);
    for (const greet of this.openings) greet();
  }

  private greet(): void {
    this.send({ type: "hello", ticket: this.ticket });
  }

  /** A line over which nothing came back since the last ping is dead, whatever the browser believes. */
  private ping(): void {
    const socket = this.socket;
    if (!socket) return;
    if (!this.answered) {
      socket.close();
      this.lost(socket);
      return;
    }
    this.answered = false;
    this.send({ type: "ping" });
  }

  private received(message: ToPage): void {
    this.answered = true;
    this.attempt = 0;
    if ("request" in message && typeof message.request === "number") this.answer(message.request, message);
    const heeders = (this.listeners.get(message.type) ?? []) as Array<(message: ToPage) => void>;
    for (const heed of heeders) heed(message);
  }

  private answer(request: number, message: ToPage): void {
    const waiting = this.settle(request);
    if (message.type === "refused") waiting?.reject(new Refused(message.reason, message.text));
    else waiting?.resolve(message);
  }

  private settle(request: number): Waiting | undefined {
    const waiting = this.waiting.get(request);
    clearTimeout(waiting?.timer);
    this.waiting.delete(request);
    return waiting;
  }

  private lost(socket: WebSocket): void {
    if (socket !== this.socket) return;
    this.socket = null;
    clearInterval(this.pinging);
    const kept = new Set(this.unsent.map(({ request }) => request));
    for (const request of [...this.waiting.keys()]) {
      if (!kept.has(request)) this.settle(request)?.reject(unavailable());
    }
    for (const mourn of this.losses) mourn();
    if (!this.closed) this.reopening = setTimeout(() => this.open(), backoff(this.attempt++));
  }
}

function unavailable(): Refused {
  return new Refused("unavailable", "");
}

/** `/ws` on this origin as a WebSocket address. */
export function socketAddress(path: string, origin: string): string {
  const url = new URL(path, origin);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
