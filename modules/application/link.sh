#!/bin/sh
# Links two Aurora DSQL clusters and waits until both are ACTIVE and list each other.
#
# Does nothing where they are linked, and can be run again after an interruption: each round asks AWS what is so and
# does what is missing. Needs a POSIX shell and the AWS CLI. Called by terraform_data.link with
#   PRIMARY_|SECONDARY_ REGION, IDENTIFIER, ARN   the clusters
#   WITNESS_REGION                                 their witness
#   TIMEOUT_SECONDS                                how long to wait
#   ROLE_ARN                                       role to assume, or empty
# Source: https://docs.aws.amazon.com/aurora-dsql/latest/userguide/multi-region-aws-cli.html
set -eu
export AWS_PAGER=""

PRIMARY_STATE=unknown
SECONDARY_STATE=unknown
SCRATCH=$(mktemp -d)
OUTPUT=$SCRATCH/output ERRORS=$SCRATCH/errors
trap 'rm -rf "$SCRATCH"' EXIT

fail() {
  {
    printf 'link: %s\n' "$1"
    printf '  primary   %s in %s: %s\n' "$PRIMARY_IDENTIFIER" "$PRIMARY_REGION" "$PRIMARY_STATE"
    printf '  secondary %s in %s: %s\n' "$SECONDARY_IDENTIFIER" "$SECONDARY_REGION" "$SECONDARY_STATE"
    printf '  cure: %s\n' "$2"
  } >&2
  exit 1
}

# call REGION ARGUMENTS…: the AWS CLI, its answer in $OUTPUT; what cannot succeed by waiting ends the script. Never in a
# command substitution, whose subshell alone would end.
call() {
  region=$1
  shift
  if aws --region "$region" "$@" >"$OUTPUT" 2>"$ERRORS"; then
    return 0
  fi
  error=$(cat "$ERRORS")
  case $error in
    *"nvalid choice"*)
      fail "this AWS CLI ($(aws --version 2>&1)) has no command \"$1\"" \
        "install AWS CLI 2.27 or later, or 1.40 or later: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"
      ;;
    *AccessDenied* | *"not authorized"*)
      fail "permission is missing: $error" \
        "allow dsql:GetCluster, dsql:UpdateCluster, dsql:AddPeerCluster and dsql:PutMultiRegionProperties on both clusters and dsql:PutWitnessRegion in $region and $WITNESS_REGION, or give the right credentials in link_environment or link_role_arn"
      ;;
    *"Unable to locate credentials"* | *ExpiredToken* | *InvalidClientTokenId* | *UnrecognizedClient* | *"could not be found"*)
      fail "the AWS CLI has no valid credentials: $error" \
        "give the credentials that the providers use in the environment, in link_environment (AWS_PROFILE) or in link_role_arn"
      ;;
    *ResourceNotFound*)
      fail "a cluster does not exist: $error" "run terraform apply again, which creates what is missing"
      ;;
  esac
  return 1
}

# observe REGION IDENTIFIER: "<status> <peer ARNs>" in $OUTPUT.
observe() {
  call "$1" dsql get-cluster --identifier "$2" --output text \
    --query "join(' ', [status, join(' ', not_null(multiRegionProperties.clusters, \`[]\`))])" ||
    { echo "link: no answer from $1, will ask again: $(cat "$ERRORS")" >&2; return 1; }
}

lists() {
  case " $1 " in *" $2 "*) return 0 ;; *) return 1 ;; esac
}

# link SIDE REGION IDENTIFIER STATE PEER: tells a cluster its peer, once it can take it.
link() {
  if lists "$4" "$5"; then return 0; fi
  case $4 in
    PENDING_SETUP* | ACTIVE* | IDLE* | INACTIVE*) ;;
    *) return 0 ;;
  esac
  echo "link: $1 gets its peer $5"
  call "$2" dsql update-cluster --identifier "$3" \
    --multi-region-properties "witnessRegion=$WITNESS_REGION,clusters=$5" --output text ||
    { echo "link: $1 did not take it yet, will try again: $(cat "$ERRORS")" >&2; }
}

command -v aws >/dev/null 2>&1 || fail "the AWS CLI is not installed where Terraform runs" \
  "install it (https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html), or set link_method = \"provider\""

if [ -n "${ROLE_ARN:-}" ]; then
  call "$PRIMARY_REGION" sts assume-role --role-arn "$ROLE_ARN" --role-session-name dsql-link --output text \
    --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' ||
    fail "cannot assume $ROLE_ARN: $(cat "$ERRORS")" "let the role trust these credentials, or give another link_role_arn"
  # shellcheck disable=SC2046  # three words, by design
  set -- $(cat "$OUTPUT")
  export AWS_ACCESS_KEY_ID="$1" AWS_SECRET_ACCESS_KEY="$2" AWS_SESSION_TOKEN="$3"
  unset AWS_PROFILE
fi

deadline=$(($(date +%s) + TIMEOUT_SECONDS))
pause=1
while :; do
  ! observe "$PRIMARY_REGION" "$PRIMARY_IDENTIFIER" || PRIMARY_STATE=$(cat "$OUTPUT")
  ! observe "$SECONDARY_REGION" "$SECONDARY_IDENTIFIER" || SECONDARY_STATE=$(cat "$OUTPUT")
  case "$PRIMARY_STATE $SECONDARY_STATE" in
    *FAILED* | *DELETING* | *DELETED* | *PENDING_DELETE*)
      fail "a cluster is failed or on its way out" "look at it in the console, delete it, and apply again"
      ;;
  esac
  if lists "$PRIMARY_STATE" ACTIVE && lists "$PRIMARY_STATE" "$SECONDARY_ARN" &&
    lists "$SECONDARY_STATE" ACTIVE && lists "$SECONDARY_STATE" "$PRIMARY_ARN"; then
    echo "link: $PRIMARY_IDENTIFIER and $SECONDARY_IDENTIFIER are ACTIVE and linked, witness $WITNESS_REGION"
    exit 0
  fi
  if [ "$(date +%s)" -ge "$deadline" ]; then
    fail "not linked after $TIMEOUT_SECONDS seconds" "apply again to go on waiting; raise link_timeout_minutes where this is usual"
  fi
  link primary "$PRIMARY_REGION" "$PRIMARY_IDENTIFIER" "$PRIMARY_STATE" "$SECONDARY_ARN"
  link secondary "$SECONDARY_REGION" "$SECONDARY_IDENTIFIER" "$SECONDARY_STATE" "$PRIMARY_ARN"
  sleep "$pause"
  [ "$pause" -ge 5 ] || pause=$((pause + 1))
done
