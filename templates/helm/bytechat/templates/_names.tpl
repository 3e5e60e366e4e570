{{- define "bytechat.name" -}}
{{ .Values.name | default .Release.Name | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "bytechat.namespace" -}}
{{ .Values.namespace | default .Release.Namespace }}
{{- end }}

{{/* By its content, where nobody has named it. */}}
{{- define "bytechat.configMap" -}}
{{ .Values.configMap | default (printf "%s-%s" (include "bytechat.name" .) (.Values.env | toJson | sha256sum | trunc 12)) }}
{{- end }}

{{/* Empty when there are no secrets. */}}
{{- define "bytechat.secret" -}}
{{- if .Values.secret }}
{{- .Values.secret }}
{{- else if .Values.secrets }}
{{- printf "%s-secret-%s" (include "bytechat.name" .) (.Values.secrets | toJson | sha256sum | trunc 12) }}
{{- end }}
{{- end }}

{{/* What tells the app's pods from all others: it can never be changed, so nothing that changes is in it. */}}
{{- define "bytechat.selector" -}}
bytechat.dev/app: {{ include "bytechat.name" . }}
{{- end }}

{{- define "bytechat.labels" -}}
{{ include "bytechat.selector" . }}
app.kubernetes.io/name: {{ include "bytechat.name" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "bytechat.meta" -}}
name: {{ include "bytechat.name" . }}
namespace: {{ include "bytechat.namespace" . }}
labels:
  {{- include "bytechat.labels" . | nindent 2 }}
{{- end }}

{{/* What the app was made from. */}}
{{- define "bytechat.marks" -}}
bytechat.dev/release: {{ .Values.release | quote }}
bytechat.dev/config: {{ .Values.config | quote }}
{{- end }}
