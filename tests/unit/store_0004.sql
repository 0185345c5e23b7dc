CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
CREATE TABLE event (
	sequence INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	what VARCHAR NOT NULL, 
	reference VARCHAR NOT NULL, 
	detail JSON NOT NULL, 
	hash VARCHAR NOT NULL, 
	PRIMARY KEY (sequence)
);
INSERT INTO "event" VALUES(1,'2026-03-01 12:30:15.123456','request_recorded','O-1','{"kind": "opt_out", "state": "effective", "reason": "asked-by-mail", "proof": "unproven", "channel": "mail", "received_at": "2026-03-01T11:30:15.123456+00:00", "due_at": "2026-03-02T11:30:15.123456+00:00", "message": "cf4bd988414b9bfb68d286c90dcc950e28c4db21330855ce05cc43286dae514a", "mailbox": "support", "uid_validity": 4294967295, "uid": 1}','910c51863977b7d9ce4c78b5a105a5ce0ed18f7908e0c09799f20e30107dfaa3');
INSERT INTO "event" VALUES(2,'2026-03-01 12:30:15.123456','reply_queued','O-1','{}','5d2090c7fd767d49b94399e4b9a2fe15dcabe0f264814d5eb7d75e255021195b');
CREATE TABLE in_hand (
	mailbox VARCHAR NOT NULL, 
	process VARCHAR NOT NULL, 
	uid_validity BIGINT NOT NULL, 
	uid BIGINT NOT NULL, 
	failed_uid BIGINT NOT NULL, 
	failures INTEGER NOT NULL, ended_uid BIGINT DEFAULT '0' NOT NULL, ends INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (mailbox)
);
INSERT INTO "in_hand" VALUES('support','vm:15943:5ecd3901',4294967295,2,2,14,0,0);
CREATE TABLE lease (
	mailbox VARCHAR NOT NULL, 
	holder VARCHAR NOT NULL, 
	fence BIGINT NOT NULL, 
	until DATETIME NOT NULL, 
	PRIMARY KEY (mailbox)
);
CREATE TABLE mailbox_mark (
	mailbox VARCHAR NOT NULL, 
	uid_validity BIGINT NOT NULL, 
	uid BIGINT NOT NULL, 
	started_at DATETIME NOT NULL, 
	backlog_uid BIGINT NOT NULL, 
	PRIMARY KEY (mailbox)
);
INSERT INTO "mailbox_mark" VALUES('support',4294967295,1,'2026-03-01 11:30:15.123456',1);
CREATE TABLE mailbox_status (
	mailbox VARCHAR NOT NULL, 
	process VARCHAR NOT NULL, 
	polled_at DATETIME NOT NULL, 
	succeeded_at DATETIME, 
	waiting INTEGER NOT NULL, 
	idles BOOLEAN NOT NULL, 
	error VARCHAR NOT NULL, 
	failing_since DATETIME, 
	setting VARCHAR NOT NULL, 
	cure VARCHAR NOT NULL, 
	PRIMARY KEY (mailbox)
);
CREATE TABLE message (
	mailbox VARCHAR NOT NULL, 
	uid_validity BIGINT NOT NULL, 
	uid BIGINT NOT NULL, 
	digest VARCHAR NOT NULL, 
	received_at DATETIME NOT NULL, 
	decided_at DATETIME NOT NULL, 
	disposition VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	intents JSON NOT NULL, 
	evidence JSON NOT NULL, 
	filing VARCHAR NOT NULL, 
	filed_at DATETIME, 
	requests JSON NOT NULL, 
	error VARCHAR NOT NULL, shadow BOOLEAN DEFAULT 0 NOT NULL, flagged BOOLEAN DEFAULT 0 NOT NULL, resolved_at DATETIME, resolution VARCHAR DEFAULT '' NOT NULL, message_id_hash VARCHAR DEFAULT '' NOT NULL, copy_hash VARCHAR DEFAULT '' NOT NULL, silence VARCHAR DEFAULT '' NOT NULL, attempts INTEGER DEFAULT '0' NOT NULL, retry_at DATETIME, 
	PRIMARY KEY (mailbox, uid_validity, uid)
);
INSERT INTO "message" VALUES('support',4294967295,1,'6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b','2026-03-01 11:30:15.123456','2026-03-01 12:30:15.123456','act','opt-out','["opt_out"]','[{"rule": "imperative", "words": "take me off", "part": "text", "start": 0, "end": 11}]','Optoutd/Opt-outs',NULL,'["O-1"]','',0,0,NULL,'','','','',0,NULL);
CREATE TABLE meta (
	name VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "meta" VALUES('log_key','2827d350d26d1c0d43997160fd9d78bdc97efbbb2d568b07bb1bdeba8a610418');
INSERT INTO "meta" VALUES('created_at','2026-03-01T12:30:15.123456+00:00');
CREATE TABLE outbox (
	"row" INTEGER NOT NULL, 
	idempotency_key VARCHAR NOT NULL, 
	message_id VARCHAR NOT NULL, 
	recipient_written VARCHAR NOT NULL, 
	recipient_key VARCHAR NOT NULL, 
	envelope_from VARCHAR NOT NULL, 
	raw BLOB, 
	requests JSON NOT NULL, 
	secret_hash VARCHAR NOT NULL, 
	mailbox VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	attempts INTEGER NOT NULL, 
	unknowns INTEGER NOT NULL, 
	next_at DATETIME NOT NULL, 
	queued_at DATETIME NOT NULL, 
	sent_at DATETIME, 
	response VARCHAR NOT NULL, 
	error VARCHAR NOT NULL, 
	copied_at DATETIME, taken_by VARCHAR DEFAULT '' NOT NULL, taken_at DATETIME, thread VARCHAR DEFAULT '' NOT NULL, recipient_inbox VARCHAR DEFAULT '' NOT NULL, retried_at DATETIME, asks BOOLEAN DEFAULT 0 NOT NULL, 
	PRIMARY KEY ("row"), 
	UNIQUE (idempotency_key)
);
INSERT INTO "outbox" VALUES(1,'reply:1','<1@shop.example>','Anna@Shop.example','anna@shop.example','',X'5375626A6563743A20310D0A0D0A00FF','["O-1"]','','support','queued',1,0,'2026-03-01 12:30:15.123456','2026-03-01 12:30:15.123456',NULL,'','451 later',NULL,'vm:15943:5ecd3901','2026-03-01 12:30:15.123456','','anna@shop.example',NULL,0);
CREATE TABLE process (
	name VARCHAR NOT NULL, 
	version VARCHAR NOT NULL, 
	started_at DATETIME NOT NULL, 
	beat_at DATETIME NOT NULL, 
	stopped_at DATETIME, 
	PRIMARY KEY (name)
);
CREATE TABLE request (
	"row" INTEGER NOT NULL, 
	reference VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	address_key VARCHAR NOT NULL, 
	address_written VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	mailbox VARCHAR NOT NULL, 
	received_at DATETIME NOT NULL, 
	due_at DATETIME NOT NULL, 
	language VARCHAR NOT NULL, 
	proof VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	origin_digest VARCHAR NOT NULL, 
	wanted_end VARCHAR NOT NULL, 
	updated_at DATETIME NOT NULL, note VARCHAR DEFAULT '' NOT NULL, taken_by VARCHAR DEFAULT '' NOT NULL, reminded_at DATETIME, alarmed_percent INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY ("row"), 
	UNIQUE (reference)
);
INSERT INTO "request" VALUES(1,'O-1','opt_out','effective','anna@shop.example','Anna@Shop.example','mail','support','2026-03-01 11:30:15.123456','2026-03-02 11:30:15.123456','en','unproven','asked-by-mail','cf4bd988414b9bfb68d286c90dcc950e28c4db21330855ce05cc43286dae514a','','2026-03-01 12:30:15.123456','','',NULL,0);
CREATE TABLE suppression (
	address_key VARCHAR NOT NULL, 
	list_name VARCHAR NOT NULL, 
	address_written VARCHAR NOT NULL, 
	since DATETIME NOT NULL, 
	reference VARCHAR NOT NULL, 
	PRIMARY KEY (address_key, list_name)
);
CREATE TABLE token_key (
	number INTEGER NOT NULL, 
	value VARCHAR NOT NULL, 
	made_at DATETIME NOT NULL, 
	PRIMARY KEY (number)
);
CREATE INDEX ix_message_digest ON message (digest);
CREATE INDEX ix_message_unfiled ON message (mailbox, uid_validity, uid) WHERE filed_at IS NULL;
CREATE INDEX ix_request_address ON request (address_key, kind);
CREATE INDEX ix_request_due ON request (state, due_at);
CREATE UNIQUE INDEX ux_request_origin ON request (origin_digest, kind, address_key) WHERE origin_digest != '';
CREATE INDEX ix_outbox_due ON outbox (state, next_at);
CREATE INDEX ix_outbox_recipient ON outbox (recipient_key, queued_at);
CREATE INDEX ix_outbox_sent ON outbox (sent_at);
CREATE INDEX ix_outbox_secret ON outbox (secret_hash);
CREATE INDEX ix_outbox_copies ON outbox (mailbox, state, copied_at);
CREATE INDEX ix_outbox_bytes ON outbox (queued_at) WHERE raw IS NOT NULL;
CREATE INDEX ix_event_reference ON event (reference);
CREATE INDEX ix_message_copy ON message (copy_hash) WHERE copy_hash != '';
CREATE INDEX ix_message_review ON message (mailbox, uid_validity, uid) WHERE filing = 'review';
CREATE INDEX ix_message_held ON message (disposition, received_at) WHERE disposition = 'review';
CREATE INDEX ix_message_evidence ON message (decided_at) WHERE CAST(evidence AS VARCHAR) <> '[]';
CREATE INDEX ix_message_ordinary ON message (decided_at) WHERE disposition IN ('leave', 'ignore');
CREATE INDEX ix_message_retry ON message (mailbox, retry_at) WHERE retry_at IS NOT NULL;
CREATE INDEX ix_outbox_thread ON outbox (thread);
CREATE INDEX ix_outbox_inbox ON outbox (recipient_inbox, queued_at);
