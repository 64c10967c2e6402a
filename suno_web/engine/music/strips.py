"""The effects of each kind of channel on the desk, by the colour a track asks for."""

import pedalboard as pb


def chain(colour: str) -> pb.Pedalboard:
    """A fresh chain for one player. Unknown colours get the plain one."""
    return pb.Pedalboard(_CHAINS.get(colour, _CHAINS["plain"])())


def vocal_chain(*, double: bool) -> pb.Pedalboard:
    """The singer's chain; a double is thinner and softer."""
    if double:
        return pb.Pedalboard(
            [pb.HighpassFilter(190), pb.Compressor(-32, 3, 4, 90), pb.HighShelfFilter(7000, 4)]
        )
    return pb.Pedalboard(
        [
            pb.HighpassFilter(110),
            pb.PeakFilter(260, -2, 1),
            pb.Compressor(-22, 3.5, 4, 90),
            pb.PeakFilter(3200, 3, 0.9),
            pb.HighShelfFilter(8500, 4),
            pb.Gain(2.5),
        ]
    )


_CHAINS = {
    "plain": lambda: [pb.HighpassFilter(110), pb.Compressor(-20, 2, 15, 150)],
    "pad": lambda: [pb.HighpassFilter(140)],
    "grand": lambda: [pb.HighpassFilter(40), pb.HighShelfFilter(3500, 2.5), pb.Compressor(-16, 1.6, 20, 200)],
    "lead": lambda: [pb.HighpassFilter(120), pb.Compressor(-20, 2.5, 10, 120), pb.HighShelfFilter(6000, 1.5)],
    "bass": lambda: [pb.HighpassFilter(32), pb.Compressor(-22, 4, 12, 120), pb.LowpassFilter(5000)],
    "warm_bass": lambda: [pb.HighpassFilter(32), pb.Compressor(-22, 3, 12, 120), pb.LowpassFilter(2200)],
    "upright": lambda: [pb.HighpassFilter(35), pb.Compressor(-20, 2, 15, 150)],
    "synth_bass": lambda: [pb.HighpassFilter(32), pb.Compressor(-20, 3, 8, 100), pb.PeakFilter(700, 2, 0.9)],
    "sub": lambda: [pb.HighpassFilter(28), pb.LowpassFilter(180)],
    "synth": lambda: [pb.HighpassFilter(130), pb.HighShelfFilter(9000, 1.5)],
    "drums": lambda: [pb.PeakFilter(350, -2, 1), pb.Compressor(-14, 3, 8, 90), pb.HighShelfFilter(8000, 2)],
    "soft_drums": lambda: [pb.HighpassFilter(40), pb.HighShelfFilter(8000, 1.5)],
    "machine": lambda: [pb.Compressor(-12, 3, 6, 80), pb.HighShelfFilter(9000, 1)],
    "dusty": lambda: [pb.Bitcrush(11), pb.Compressor(-16, 3, 6, 90), pb.LowpassFilter(8500)],
    "worn": lambda: [
        pb.HighpassFilter(110),
        pb.Chorus(rate_hz=0.6, depth=0.15, centre_delay_ms=7, feedback=0.1, mix=0.35),
        pb.LowpassFilter(5400),
    ],
    "amp": lambda: [
        pb.HighpassFilter(110),
        pb.Distortion(8),
        pb.PeakFilter(2800, 2, 0.8),
        pb.LowpassFilter(8500),
        pb.Gain(-8),
    ],
    "lead_amp": lambda: [pb.HighpassFilter(150), pb.Distortion(6), pb.LowpassFilter(7500), pb.Gain(-6)],
}
