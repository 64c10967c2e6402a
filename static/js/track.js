// A take as the player knows it, and the addresses that belong to it.

// An upload plays like a take: its id here is "upload-<uuid>".
const UPLOAD = "upload-";
const isUpload = (id) => id.startsWith(UPLOAD);
const at = (id) => (isUpload(id) ? `/uploads/${id.slice(UPLOAD.length)}` : `/tracks/${id}`);

export const addresses = {
  audio: (id) => `${at(id)}/audio`,
  stream: (id) => `${at(id)}/stream`,
  peaks: (id) => `${at(id)}/peaks`,
  words: (id) => `${at(id)}/words`,
};

const seconds = (text) => (Number(text) > 0 ? Number(text) : null);

// From a `[data-play]` button; player.js describes its attributes.
export function ofButton(button) {
  const { play, title, take, project, cover, duration, ready, href, queue } = button.dataset;
  return {
    id: play,
    title: title || "Untitled",
    take: Number(take) || 1,
    project: project ?? "",
    cover: cover || null,
    duration: seconds(duration),
    ready: ready === "1",
    href: href ?? "",
    queue: queue ?? "",
  };
}

// The takes of a project in the order of their rows.
export async function ofQueue(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`queue: status ${answer.status}`);
  const { tracks } = await answer.json();
  return tracks.map((track) => ({ ...track, title: track.title || "Untitled", queue: address }));
}

// What is known of a take now: {peaks, duration, ready}; null when it is gone or not ours to hear.
export async function facts(id) {
  const answer = await fetch(addresses.peaks(id), { headers: { Accept: "application/json" } });
  if (answer.redirected || [401, 403, 404].includes(answer.status)) return null;
  if (!answer.ok) throw new Error(`peaks: status ${answer.status}`);
  return answer.json();
}

// What kind of sound it is: "take 2", or "upload".
export const kindOf = (track) => (isUpload(track.id) ? "upload" : `take ${track.take}`);

export const nameOf = (track) => `${track.title}, ${kindOf(track)}`;
