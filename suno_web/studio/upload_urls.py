"""Addresses of what members bring."""

from django.urls import path

from suno_web.studio.views import uploads

urlpatterns = [
    path("projects/<uuid:project_id>/uploads/", uploads.uploads, name="uploads"),
    path("uploads/<uuid:upload_id>/", uploads.upload, name="upload"),
    path("uploads/<uuid:upload_id>/audio", uploads.upload_audio, name="upload_audio"),
    path("uploads/<uuid:upload_id>/peaks", uploads.upload_peaks, name="upload_peaks"),
    path("uploads/<uuid:upload_id>/words", uploads.upload_words, name="upload_words"),
    path("uploads/<uuid:upload_id>/queue/", uploads.upload_queue, name="upload_queue"),
    path("uploads/<uuid:upload_id>/download", uploads.upload_download, name="upload_download"),
    path("uploads/<uuid:upload_id>/delete/", uploads.upload_delete, name="upload_delete"),
]
