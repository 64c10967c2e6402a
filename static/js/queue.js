// The takes that play one after another: those of the project of the one that plays, as their rows stand.
import { ofQueue } from "./track.js";

export class Queue {
  tracks = [];

  // Ask the server anew. The take that plays is always in it, even when its row is gone.
  async refresh(current) {
    try {
      this.tracks = await ofQueue(current.queue);
    } catch {
      this.tracks = [];
    }
    if (!this.tracks.some((track) => track.id === current.id)) this.tracks = [current, ...this.tracks];
  }

  // The neighbour of a take, some steps further; undefined at the ends.
  beside(id, step) {
    const at = this.tracks.findIndex((track) => track.id === id);
    return at < 0 ? undefined : this.tracks[at + step];
  }
}
