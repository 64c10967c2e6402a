"""How the engine hears music from elsewhere: tempo and beats, key, chords, tune, form, loudness."""
