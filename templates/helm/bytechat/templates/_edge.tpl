{{/* Not empty: something stands before the app that speaks HTTP. Then TLS ends there. */}}
{{- define "bytechat.hasEdge" -}}
{{- if has .Values.expose.type (list "ingress" "gateway") }}true{{ end }}
{{- end }}

{{/* The Secret that the app serves with; empty: it speaks plain HTTP. */}}
{{- define "bytechat.appTls" -}}
{{- if not (include "bytechat.hasEdge" .) }}{{ .Values.tls }}{{ end }}
{{- end }}

{{/* The Secret that the ingress or gateway serves with; empty: none of ours. */}}
{{- define "bytechat.edgeTls" -}}
{{- if include "bytechat.hasEdge" . }}{{ .Values.tls }}{{ end }}
{{- end }}

{{- define "bytechat.isGoogleIngress" -}}
{{- if and (eq .Values.expose.type "ingress") (eq .Values.expose.class "gce") }}true{{ end }}
{{- end }}

{{- define "bytechat.isGoogleGateway" -}}
{{- if and (eq .Values.expose.type "gateway") (hasPrefix "gke-" .Values.expose.class) }}true{{ end }}
{{- end }}

{{/* Not empty: Google makes and renews the certificate. */}}
{{- define "bytechat.isManaged" -}}
{{- if and (include "bytechat.isGoogleIngress" .) (not .Values.tls) .Values.expose.host }}true{{ end }}
{{- end }}

{{- define "bytechat.servicePort" -}}
{{- if include "bytechat.appTls" . }}443{{ else }}80{{ end }}
{{- end }}

{{/* How long a pod that ends goes on serving, in s; where there is only one, nobody else could meanwhile. */}}
{{- define "bytechat.linger" -}}
{{- if not .Values.stateless }}0
{{- else if or (include "bytechat.isGoogleIngress" .) (include "bytechat.isGoogleGateway" .) }}20
{{- else }}5
{{- end }}
{{- end }}
