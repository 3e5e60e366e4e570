{{/* The pods of the app, as its Deployment or StatefulSet makes them. Holds to Pod Security "restricted". */}}
{{- define "bytechat.pod" -}}
metadata:
  labels:
    {{- include "bytechat.labels" . | nindent 4 }}
  annotations:
    bytechat.dev/release: {{ .Values.release | quote }}
spec:
  serviceAccountName: {{ include "bytechat.name" . }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  securityContext:
    runAsNonRoot: true
    fsGroup: 65532
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  terminationGracePeriodSeconds: {{ add (include "bytechat.linger" . | int) (int .Values.drain) 5 }}
  {{- with .Values.pullSecret }}
  imagePullSecrets:
    - name: {{ . }}
  {{- end }}
  {{- if .Values.stateless }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "bytechat.selector" . | nindent 10 }}
  {{- end }}
  containers:
    {{- include "bytechat.container" . | nindent 4 }}
  volumes:
    {{- if .Values.stateless }}
    - name: data
      emptyDir:
        sizeLimit: {{ .Values.storage.size | quote }}
    {{- range $name, $_ := .Values.volumes }}
    - name: volume-{{ $name }}
      emptyDir:
        sizeLimit: {{ $.Values.storage.size | quote }}
    {{- end }}
    {{- end }}
    - name: tmp
      emptyDir: {}
    {{- with include "bytechat.appTls" . }}
    - name: tls
      secret:
        secretName: {{ . | quote }}
        defaultMode: 288 # 0440
    {{- end }}
{{- end }}

{{- define "bytechat.container" -}}
- name: app
  image: {{ .Values.image | quote }}
  imagePullPolicy: IfNotPresent
  {{- with .Values.command }}
  command: {{ toJson . }}
  {{- end }}
  ports:
    - name: http
      containerPort: {{ int .Values.port }}
      protocol: TCP
  env:
    # After the config, so that what the app is told of its place cannot be overwritten by chance.
    - name: HOST
      value: 0.0.0.0
    - name: PORT
      value: {{ int .Values.port | quote }}
    - name: DATA_DIR
      value: {{ .Values.data | quote }}
    {{- if include "bytechat.appTls" . }}
    - name: TLS_CERT
      value: /var/run/tls/tls.crt
    - name: TLS_KEY
      value: /var/run/tls/tls.key
    {{- end }}
  envFrom:
    - configMapRef:
        name: {{ include "bytechat.configMap" . }}
    {{- with include "bytechat.secret" . }}
    - secretRef:
        name: {{ . }}
    {{- end }}
  # A slow start has its time; then it is alive while its port answers, and ready while it says so.
  startupProbe:
    {{- include "bytechat.asks" . | nindent 4 }}
    periodSeconds: 1
    timeoutSeconds: {{ int .Values.health.timeout }}
    failureThreshold: {{ int .Values.health.within }}
  readinessProbe:
    {{- include "bytechat.asks" . | nindent 4 }}
    periodSeconds: 2
    timeoutSeconds: {{ int .Values.health.timeout }}
    failureThreshold: 2
  livenessProbe:
    tcpSocket:
      port: http
    periodSeconds: 10
    timeoutSeconds: 5
    failureThreshold: 6
  {{- if .Values.stateless }}
  lifecycle:
    preStop:
      sleep:
        seconds: {{ include "bytechat.linger" . }}
  {{- end }}
  resources:
    requests:
      cpu: {{ .Values.resources.cpu | quote }}
      memory: {{ .Values.resources.memory | quote }}
    limits:
      memory: {{ .Values.resources.memory | quote }}
  securityContext:
    allowPrivilegeEscalation: false
    readOnlyRootFilesystem: {{ not .Values.writable }}
    capabilities:
      drop: [ALL]
      {{- with .Values.capabilities }}
      add: {{ toJson . }}
      {{- end }}
  volumeMounts:
    - name: data
      mountPath: {{ .Values.data | quote }}
    {{- range $name, $path := .Values.volumes }}
    - name: volume-{{ $name }}
      mountPath: {{ $path | quote }}
    {{- end }}
    - name: tmp
      mountPath: /tmp
    {{- if include "bytechat.appTls" . }}
    - name: tls
      mountPath: /var/run/tls
      readOnly: true
    {{- end }}
{{- end }}

{{- define "bytechat.asks" -}}
{{- if .Values.health.path -}}
httpGet:
  path: {{ .Values.health.path | quote }}
  port: http
  scheme: {{ if include "bytechat.appTls" . }}HTTPS{{ else }}HTTP{{ end }}
{{- else -}}
tcpSocket:
  port: http
{{- end }}
{{- end }}
