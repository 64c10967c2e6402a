"""What members make: projects, requests for music, and the tracks and files that came of them."""

from suno_web.studio.models.assets import Asset, asset_folder
from suno_web.studio.models.generations import Approval, Generation, Step, StrayCallback, new_callback_token
from suno_web.studio.models.personas import Persona
from suno_web.studio.models.projects import Draft, Project
from suno_web.studio.models.tracks import FetchedFile, Track, track_folder
from suno_web.studio.models.uploads import Input, ProviderCopy, Upload, upload_folder

__all__ = [
    "Approval",
    "Asset",
    "Draft",
    "FetchedFile",
    "Generation",
    "Input",
    "Persona",
    "Project",
    "ProviderCopy",
    "Step",
    "StrayCallback",
    "Track",
    "Upload",
    "asset_folder",
    "new_callback_token",
    "track_folder",
    "upload_folder",
]
