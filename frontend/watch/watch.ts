/** Watching a stage: player and chat first, for the page speaks to them as soon as it is there. */
import "../chat/room";
import "./player";
import "./page";
