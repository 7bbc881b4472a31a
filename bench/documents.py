"""What the scripted people ask the API."""

_CONTENT = """
fragment Shown on Item { content { ... on ImageContent { url width height } ... on TextContent { text role } ... on AudioContent { url } } }
"""
_ANSWERS = """
fragment Given on Annotation { answers { key value {
  ... on ChoiceAnswer { choices } ... on BoxAnswer { boxes { label x y width height } } ... on PolygonAnswer { polygons { label points } }
  ... on MaskAnswer { masks { label size counts } } ... on TextAnswer { text } ... on RatingAnswer { rating }
  ... on SpanAnswer { spans { label content start end } } ... on MediaAnswer { media { __typename } }
} } }
"""

SERVER_TIME = "query { serverTime }"
SIGN_IN = "mutation ($input: SignInInput!) { signIn(input: $input) { viewer { id } errors { code message } } }"
REGISTER = "mutation ($input: RegisterInput!) { register(input: $input) { accepted errors { code message path } } }"
CONFIRM = "mutation ($token: String!) { confirmEmail(token: $token) { viewer { id } errors { code message } } }"
CONFIRM_AGAIN = "mutation ($email: String!) { requestEmailConfirmation(email: $email) { accepted errors { code } } }"
PROFILE = "mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { viewer { id } errors { code message path } } }"
TUTORIAL = "query { viewer { tutorialProgress { completedAt } } tutorial { lessons { steps { id prompt passed } } } }"
STEP = """
mutation ($id: ID!, $answers: [AnswerInput!]!) {
  answerTutorialStep(stepId: $id, answers: $answers) { correct feedback errors { code message } }
}
"""

POSITION = "query { viewer { activityCursor } }"
ACTIVITY = """
subscription ($after: Cursor) { activity(after: $after) {
  __typename cursor
  ... on VerdictIssued {
    verdict { id decision source reasons conflicts { key } decidedAt annotation { id } }
    wallet { pending { amount } available { amount } } }
  ... on AppealDecided { appeal { id state decidedAt annotation { id } } wallet { pending { amount } available { amount } } }
} }
"""
WORK = "subscription ($prefetch: Int) { taskStream(prefetch: $prefetch) { id task { project { title } item { ...Shown } } } }" + _CONTENT
SUBMIT = """
mutation ($id: ID!, $answers: [AnswerInput!]!, $seconds: Float) {
  submitAnnotation(assignmentId: $id, answers: $answers, activeSeconds: $seconds) { annotation { id } errors { code message path } }
}
"""
SKIP = 'mutation ($id: ID!) { skipTask(assignmentId: $id, reason: "Not for me.") { assignment { id } errors { code message } } }'
APPEAL = "mutation ($id: ID!, $message: String!) { openAppeal(annotationId: $id, message: $message) { appeal { id } errors { code } } }"
JUDGED = """
query ($after: String) { viewer { annotations(first: 100, after: $after) {
  edges { node { id state appeal { state } } } pageInfo { hasNextPage endCursor }
} } }
"""

STANDING = "query { viewer { standing { status steps { step } } } }"

BOARD = "query { reviewBoard { cursor appeals(first: 100) { edges { node { ...Contested } } } } }"
FOLLOW = """
subscription ($after: Cursor) { reviewBoard(after: $after) {
  __typename cursor
  ... on ReviewDecided { reviewId }
  ... on AppealOpened { appeal { ...Contested } }
} }
"""
CONTESTED = """
fragment Contested on Appeal { id annotation { id project { title } item { ...Shown } ...Given } }
"""
WAITING = """
query ($order: ReviewOrder, $after: String) { reviewBoard { waiting(first: 100, order: $order, after: $after) {
  edges { node { id judgeAt annotation { project { title } } } } pageInfo { hasNextPage endCursor }
} } }
"""
CLAIM = (
    "mutation ($ids: [ID!]) { claimReviews(reviewIds: $ids) { "
    "reviews { id judgeAt annotation { id project { title } item { ...Shown } ...Given } } errors { code message } } }"
    + _CONTENT
    + _ANSWERS
)
DECIDE = """
mutation ($id: ID!, $decision: Decision!, $reasons: [RejectionReason!], $comment: String) {
  decideReview(reviewId: $id, decision: $decision, reasons: $reasons, comment: $comment) { verdict { id } errors { code message } }
}
"""
DECIDE_APPEAL = """
mutation ($id: ID!, $outcome: AppealOutcome!, $comment: String!) {
  decideAppeal(appealId: $id, outcome: $outcome, comment: $comment) { appeal { id } errors { code message } }
}
"""
AUDITS = (
    "query { reviewBoard { audits(first: 20) { edges { node { id drawnAt verdict { decision } "
    "annotation { id project { title } item { ...Shown } ...Given } } } } } }" + _CONTENT + _ANSWERS
)
DECIDE_AUDIT = """
mutation ($id: ID!, $agrees: Boolean!) { decideAudit(auditId: $id, agrees: $agrees) { audit { id } errors { code message } } }
"""
BOARD += CONTESTED + _CONTENT + _ANSWERS
FOLLOW += CONTESTED + _CONTENT + _ANSWERS

OPEN_PROJECTS = "query { projects(first: 100) { edges { node { title } } } }"
PROJECTS = """
query { organizations { id balance { amount } projects(first: 100) {
  edges { node { id title state overlap pricePerThousand { amount } progress { tasksOpen } } }
} } }
"""
ITEMS = (
    "query ($id: ID!, $after: String) { project(id: $id) { items(first: 100, after: $after) { edges { node { externalId ...Shown } } "
    "pageInfo { hasNextPage endCursor } } } }" + _CONTENT
)
FUND = """
mutation ($id: ID!, $amount: Decimal!, $key: String!) {
  fundProject(projectId: $id, amount: $amount, idempotencyKey: $key) { project { id } errors { code message } }
}
"""
IMPORT = """
mutation ($id: ID!, $items: [ItemInput!]!) { importItems(projectId: $id, items: $items) { imported errors { code message path } } }
"""
PROGRESS = "subscription ($id: ID!) { projectProgress(projectId: $id) { items done tasksOpen approved rejected } }"
TOKEN = "mutation ($input: ApiTokenInput!) { createApiToken(input: $input) { apiToken { id } secret errors { code message path } } }"
REVOKE = "mutation ($id: ID!) { revokeApiToken(tokenId: $id) { accepted errors { code } } }"
