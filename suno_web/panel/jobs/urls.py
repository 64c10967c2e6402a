"""Addresses of the panel's jobs."""

from django.urls import path

from suno_web.panel.jobs import actions, views

urlpatterns = [
    path("admin/jobs/", views.jobs, name="jobs"),
    path("admin/jobs/csv/", views.jobs_csv, name="jobs_csv"),
    path("admin/jobs/recheck/", actions.recheck_stuck, name="jobs_recheck"),
    path("admin/jobs/<uuid:generation_id>/", views.row, name="job_row"),
    path("admin/jobs/<uuid:generation_id>/again/", actions.again, name="job_again"),
    path("admin/jobs/<uuid:generation_id>/recheck/", actions.recheck, name="job_recheck"),
    path("admin/jobs/<uuid:generation_id>/task/", actions.task, name="job_task"),
    path("admin/jobs/<uuid:generation_id>/end/", actions.end, name="job_end"),
    path("admin/jobs/<uuid:generation_id>/refund/", actions.refund, name="job_refund"),
]
