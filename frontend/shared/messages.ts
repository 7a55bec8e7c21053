// Generated from streaming/signalling/messages.py by `python3 -m kultour manage write_messages`.

export interface ChatLine {
  id: number;
  name: string;
  text: string;
  at: string;
}

export interface Hello {
  type: "hello";
  ticket?: string;
}

export interface StageFollow {
  type: "stage.follow";
  stages?: string[];
}

export interface WatchOffer {
  type: "watch.offer";
  request: number;
  stage: string;
  sdp: string;
}

export interface StageHop {
  type: "stage.hop";
  request: number;
  session: string;
  stage: string;
}

export interface WatchPicture {
  type: "watch.picture";
  session: string;
  wanted: boolean;
}

export interface WatchLeave {
  type: "watch.leave";
  session: string;
}

export interface OnAirOffer {
  type: "on_air.offer";
  request: number;
  stage: string;
  sdp: string;
  rehearsal?: boolean;
}

export interface OnAirEnd {
  type: "on_air.end";
  request: number;
}

export interface ChatJoin {
  type: "chat.join";
  stage: string;
}

export interface ChatFollow {
  type: "chat.follow";
}

export interface ChatSay {
  type: "chat.say";
  request: number;
  text: string;
}

export interface ChatReport {
  type: "chat.report";
  request: number;
  id: number;
}

export interface Ping {
  type: "ping";
}

export interface Welcome {
  type: "welcome";
  name: string | null;
}

export interface WatchAnswer {
  type: "watch.answer";
  request: number;
  session: string;
  sdp: string;
}

export interface StageHopped {
  type: "stage.hopped";
  request: number;
  session: string;
  stage: string;
}

export interface WatchLine {
  type: "watch.line";
  session: string;
  picture: boolean;
  wanted: boolean;
}

export interface OnAirAnswer {
  type: "on_air.answer";
  request: number;
  session: string;
  sdp: string;
}

export interface OnAirState {
  type: "on_air.state";
  connected: boolean;
  video: boolean;
  audio: boolean;
  picture_age: number | null;
  bitrate: number;
  since: string;
  ended: string | null;
  path: string | null;
  fault: string | null;
}

export interface OnAirEnded {
  type: "on_air.ended";
  request: number;
}

export interface StageState {
  type: "stage.state";
  stage: string;
  state: string;
  since: string | null;
  title: string;
  act: string | null;
  rehearsal: boolean;
}

export interface ProgrammeChanged {
  type: "programme.changed";
  performance: number;
  stages: string[];
  version: number;
}

export interface ChatHistory {
  type: "chat.history";
  stage: string;
  messages: ChatLine[];
}

export interface ChatMessage {
  type: "chat.message";
  stage: string;
  id: number;
  name: string;
  text: string;
  at: string;
}

export interface ChatHidden {
  type: "chat.hidden";
  stage: string;
  ids: number[];
}

export interface ChatRestored {
  type: "chat.restored";
  stage: string;
  id: number;
  name: string;
  text: string;
  at: string;
}

export interface ChatAccepted {
  type: "chat.accepted";
  request: number;
  id: number;
}

export interface ChatReported {
  type: "chat.reported";
  request: number;
  id: number;
}

export interface ChatReports {
  type: "chat.reports";
}

export interface Refused {
  type: "refused";
  request: number;
  reason: string;
  text: string;
}

export interface Pong {
  type: "pong";
}

export type FromPage =
  | Hello
  | StageFollow
  | WatchOffer
  | StageHop
  | WatchPicture
  | WatchLeave
  | OnAirOffer
  | OnAirEnd
  | ChatJoin
  | ChatFollow
  | ChatSay
  | ChatReport
  | Ping;

export type ToPage =
  | Welcome
  | WatchAnswer
  | StageHopped
  | WatchLine
  | OnAirAnswer
  | OnAirState
  | OnAirEnded
  | StageState
  | ProgrammeChanged
  | ChatHistory
  | ChatMessage
  | ChatHidden
  | ChatRestored
  | ChatAccepted
  | ChatReported
  | ChatReports
  | Refused
  | Pong;
