// The one module a page loads; every other is imported from here, so that each runs once.
import "./live.js";
import "./frame.js";
import "./toast.js";
import "./announce.js";
import "./player.js";
import "./nowplaying.js";
import "./wave.js";
import "./lyrics.js";
import "./elapsed.js";
import "./counter.js";
import "./chips.js";
import "./weight.js";
import "./forms.js";
import "./drafts.js";
import "./keyboard.js";
