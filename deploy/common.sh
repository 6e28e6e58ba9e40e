# Sourced by deploy/deploy and deploy/destroy: what both check first, and how they speak to AWS.
set -euo pipefail
cd "$(dirname "$0")/.."
me=${0##*/}

fail() {
	echo "$me: $*" >&2
	exit 1
}

# Debian's version does not know AWS_ENDPOINT_URL by itself.
plain_aws() {
	command aws ${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"} --output text "$@"
}

# What AWS says against it, or beside it, is lines under our name.
aws() {
	{ plain_aws "$@" 2>&1 >&3 | sed "/^ *$/d; s/^/$me: /" >&2; } 3>&1
}

# False where AWS refuses with these words; whatever else goes wrong is the end. What it answers is in $answer.
aws_unless() {
	local words=$1
	shift
	if answer=$(aws "$@" 2>"$said"); then
		return 0
	fi
	if [[ $(<"$said") != *"$words"* ]]; then
		cat "$said" >&2
		exit 1
	fi
	answer=
	return 1
}

# The stack's status, empty where there is none, in $status.
look_up_status() {
	aws_unless 'does not exist' cloudformation describe-stacks --stack-name "$stack" --query 'Stacks[0].StackStatus' || true
	status=$answer
}

look_at_stack() {
	look_up_status
	[[ $status != *_IN_PROGRESS ]] || fail "the stack $stack is being changed at the moment ($status)"
}

has_table() {
	aws_unless ResourceNotFoundException dynamodb describe-table --table-name "$table" --query Table.TableStatus
}

# Waits for what was begun with --client-request-token "$token"; if it fails, says why.
await_stack() {
	! plain_aws cloudformation wait "$1" --stack-name "$stack" >/dev/null 2>&1 || return 0
	plain_aws cloudformation describe-stack-events --stack-name "$stack" --query \
		"StackEvents[?ClientRequestToken=='$token' && ends_with(ResourceStatus, 'FAILED')].[LogicalResourceId, ResourceStatusReason]" |
		sed '/[Cc]ancelled/d; s/\t/: /; s/^/  /' >&2 || true
	look_up_status
	fail "the stack $stack is ${status:-gone} now; what failed stands above"
}

delete_stack() {
	aws cloudformation delete-stack --stack-name "$stack" --client-request-token "$token"
	await_stack stack-delete-complete
}

environment=${1:-}
[[ $environment =~ ^[A-Za-z0-9][A-Za-z0-9-]{0,29}$ ]] ||
	fail "name the environment, as in: make $me ENV=demo (letters, digits and dashes, 30 at most)"
type -P aws >/dev/null || fail "there is no aws: tools/setup deploy installs it"

said=$(mktemp)
trap 'rm -f "$said"' EXIT

export AWS_PAGER=
# Words that Debian's aws does not have yet.
export AWS_DATA_PATH=$PWD/deploy/aws-data${AWS_DATA_PATH:+:$AWS_DATA_PATH}
region=${AWS_REGION:-${AWS_DEFAULT_REGION:-$(command aws configure get region || true)}}
[ -n "$region" ] || fail "no region: set AWS_REGION, as in AWS_REGION=eu-west-1"
export AWS_REGION=$region AWS_DEFAULT_REGION=$region
account=$(plain_aws sts get-caller-identity --query Account 2>"$said") ||
	fail "AWS does not know who asks (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE): $(tail -n 1 "$said")"

stack=CloudInfraDemoStack$environment
table=aws-crud-demo-config-$environment
token=$me-$(date +%s)-$$
