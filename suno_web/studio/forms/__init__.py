"""What members type. The limits are the contract's, the same that the counters in the page show."""

from suno_web.studio.forms.asking import TakeForm
from suno_web.studio.forms.credits import AnswerForm, AskForm
from suno_web.studio.forms.fields import new_form_key
from suno_web.studio.forms.projects import ProjectForm
from suno_web.studio.forms.song import SongForm, StyleForm, ThemeForm
from suno_web.studio.forms.sourced import SourcedForm
from suno_web.studio.forms.tabs import TAB_OF, TABS, Tab, initial_of

__all__ = [
    "TABS",
    "TAB_OF",
    "AnswerForm",
    "AskForm",
    "ProjectForm",
    "SongForm",
    "SourcedForm",
    "StyleForm",
    "Tab",
    "TakeForm",
    "ThemeForm",
    "initial_of",
    "new_form_key",
]
