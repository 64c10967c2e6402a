"""What has to be done again and again for the panel's sake."""

from suno_web.operate import errands
from suno_web.panel.usage import closing


def register() -> None:
    """Have days summed up once they are over."""
    errands.register(errands.Errand("usage", "studio", every=600, task=closing.close_days, due=closing.due))
