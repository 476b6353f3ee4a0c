"""Addresses of skills."""

from django.urls import URLPattern, path, register_converter

from ikusei.skills.addresses import LabelConverter
from ikusei.skills.views import (
    certificates,
    confirmation,
    evidence,
    framework_import,
    framework_steps,
    frameworks,
    levels,
    maps,
    self_assessment,
    sheets,
)

register_converter(LabelConverter, "label")

app_name = "skills"
VERSION = "frameworks/<str:key>/<label:label>"

urlpatterns: list[URLPattern] = [
    path("map/", maps.my_map, name="my_map"),
    path("map/<str:skill>/", levels.my_level, name="my_level"),
    path("people/<uuid:public_id>/map/<str:skill>/", levels.person_level, name="person_level"),
    path("self-assessment/", self_assessment.start, name="self_assessment"),
    path("self-assessment/<uuid:public_id>/", self_assessment.cycle, name="self_cycle"),
    path("self-assessment/<int:pk>/", self_assessment.send, name="self_send"),
    path("self-assessment/<int:pk>/answers/", self_assessment.answers, name="self_answers"),
    path("self-assessment/<int:pk>/cards/", self_assessment.cards, name="self_cards"),
    path("self-assessment/<int:pk>/skills/<str:skill>/", self_assessment.question, name="self_question"),
    path("self-assessment/replies/<int:pk>/", self_assessment.reply, name="self_reply"),
    path("level-rule/", levels.level_rule, name="level_rule"),
    path("level-rule/change/", levels.level_rule_change, name="level_rule_change"),
    path("people/<uuid:public_id>/map/", maps.person_map, name="person_map"),
    path("our-map/", maps.our_map, name="our_map"),
    path("our-map/people/", maps.our_map_people, name="our_map_people"),
    path("our-map/trend/", maps.our_map_trend, name="our_map_trend"),
    path("units/<int:unit_id>/map/", maps.unit_map, name="unit_map"),
    path("evidence/", evidence.own, name="evidence"),
    path("evidence/new/", evidence.new, name="evidence_new"),
    path("evidence/new/<slug:kind>/", evidence.new_of_kind, name="evidence_new_of_kind"),
    path("evidence/certificates/", evidence.certificates_found, name="evidence_certificates"),
    path("evidence/<uuid:public_id>/", evidence.item, name="evidence_item"),
    path("evidence/<uuid:public_id>/change/", evidence.change, name="evidence_change"),
    path("evidence/<uuid:public_id>/skills/", evidence.skills, name="evidence_skills"),
    path("evidence/<uuid:public_id>/withdraw/", evidence.withdraw, name="evidence_withdraw"),
    path("evidence/<uuid:public_id>/check/", evidence.check, name="evidence_check"),
    path("evidence/<uuid:public_id>/undo-check/", evidence.undo_check, name="evidence_undo_check"),
    path("evidence/<uuid:public_id>/file/", evidence.file, name="evidence_file"),
    path("people/<uuid:public_id>/evidence/", evidence.of_person, name="person_evidence"),
    path("certificates/", certificates.table, name="certificates"),
    path("certificates/certificates.csv", certificates.export, name="certificates_export"),
    path("certificates/new/", certificates.new, name="certificate_new"),
    path("certificates/import/", certificates.bring_in, name="certificates_import"),
    path(
        "certificates/import/<uuid:public_id>/", certificates.import_check, name="certificates_import_check"
    ),
    path("certificates/<slug:key>/", certificates.kind, name="certificate"),
    path("certificates/<slug:key>/apply/", certificates.apply, name="certificate_apply"),
    path("skill-sheets/", sheets.sheet_list, name="sheets"),
    path("skill-sheets/new/", sheets.new, name="sheet_new"),
    path("skill-sheets/template/", sheets.template, name="sheet_template"),
    path("skill-sheets/template.xlsx", sheets.template_file, name="sheet_template_file"),
    path("skill-sheets/<uuid:public_id>/", sheets.sheet, name="sheet"),
    path("skill-sheets/<uuid:public_id>/columns/", sheets.columns, name="sheet_columns"),
    path("skill-sheets/<uuid:public_id>/check/", sheets.check, name="sheet_check"),
    path("skill-sheets/<uuid:public_id>/apply/", sheets.apply, name="sheet_apply"),
    path("skill-sheets/<uuid:public_id>/undo/", sheets.undo, name="sheet_undo"),
    path("skill-sheets/<uuid:public_id>/to-mend/", sheets.to_mend, name="sheet_to_mend"),
    path("confirmation/", confirmation.confirmation, name="confirmation"),
    path("confirmation/unchanged/", confirmation.confirm_unchanged, name="confirm_unchanged"),
    path("confirmation/<uuid:public_id>/", confirmation.confirmation_person, name="confirmation_person"),
    path(
        "confirmation/<uuid:public_id>/history/",
        confirmation.confirmation_history,
        name="confirmation_history",
    ),
    path("words/", frameworks.words, name="words"),
    path("frameworks/", frameworks.framework_list, name="frameworks"),
    path("frameworks/import/", framework_import.upload, name="framework_import"),
    path("frameworks/import/<uuid:public_id>/", framework_import.check, name="framework_import_check"),
    path(f"{VERSION}/", frameworks.framework, name="framework"),
    path(f"{VERSION}/skills/<str:skill>/", frameworks.skill, name="skill"),
    path(f"{VERSION}/job-types/", frameworks.job_types, name="job_types"),
    path(f"{VERSION}/job-types/<str:job_type>/", frameworks.job_type, name="job_type"),
    path(f"{VERSION}/export/<str:kind>/", frameworks.export, name="framework_export"),
    path(f"{VERSION}/publish/", framework_steps.publish, name="framework_publish"),
    path(f"{VERSION}/use/", framework_steps.use, name="framework_use"),
    path(f"{VERSION}/withdraw/", framework_steps.withdraw, name="framework_withdraw"),
    path(f"{VERSION}/delete/", framework_steps.delete, name="framework_delete"),
]
