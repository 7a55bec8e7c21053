/** Backstage: how an artist goes on air from the browser. */
import "./page";
