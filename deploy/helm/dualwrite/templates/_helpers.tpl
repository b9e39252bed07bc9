{{- define "dualwrite.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "dualwrite.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "dualwrite.labels" -}}
{{ include "dualwrite.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "dualwrite.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}

{{- define "dualwrite.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "dualwrite.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "dualwrite.environment" -}}
envFrom:
  - secretRef:
      name: {{ required "existingSecret is required: it holds DUALWRITE_DATABASE_URL and the client secrets" .Values.existingSecret }}
env:
  - name: DUALWRITE_API_HOST
    value: 0.0.0.0
  - name: DUALWRITE_API_PORT
    value: {{ .Values.api.port | quote }}
  {{- with .Values.kafka.bootstrap }}
  - name: DUALWRITE_KAFKA_BOOTSTRAP
    value: {{ . | quote }}
  {{- end }}
  {{- if .Values.kafka.plaintext }}
  - name: DUALWRITE_KAFKA_PLAINTEXT
    value: "true"
  {{- end }}
{{- end -}}
