CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE event (
	sequence INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	what VARCHAR NOT NULL, 
	reference VARCHAR NOT NULL, 
	detail JSON NOT NULL, 
	hash VARCHAR NOT NULL, 
	PRIMARY KEY (sequence)
);
INSERT INTO "event" VALUES(1,'2026-03-01 12:30:15.123456','request_recorded','O-7K3M2Q','{"kind": "opt_out", "state": "effective", "reason": "asked-by-mail", "proof": "unproven", "channel": "mail", "received_at": "2026-03-01T11:30:15.123456+00:00", "due_at": "2026-03-02T11:30:15.123456+00:00", "message": "db61dda74410f015e350221796f3f0e51e6a1ed421d233a48a67deb69ea5bf6f", "mailbox": "support", "uid_validity": 4294967295, "uid": 1}','ebeecb64d68744fc7453cf0f9e74c587725702831521a93a163e845c9f18d8f8');
INSERT INTO "event" VALUES(2,'2026-03-01 12:30:15.123456','reply_queued','O-7K3M2Q','{}','faff2922a832952b28d78cb726ac88a88c239d2e13d5775a9f75f92303f82ceb');
CREATE TABLE mailbox_mark (
	mailbox VARCHAR NOT NULL, 
	uid_validity BIGINT NOT NULL, 
	uid BIGINT NOT NULL, 
	started_at DATETIME NOT NULL, 
	backlog_uid BIGINT NOT NULL, 
	PRIMARY KEY (mailbox)
);
INSERT INTO "mailbox_mark" VALUES('support',4294967295,1,'2026-03-01 11:30:15.123456',1);
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
	error VARCHAR NOT NULL, 
	PRIMARY KEY (mailbox, uid_validity, uid)
);
INSERT INTO "message" VALUES('support',4294967295,1,'6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b','2026-03-01 11:30:15.123456','2026-03-01 12:30:15.123456','act','opt-out','["opt_out"]','[{"rule": "imperative", "words": "take me off", "part": "text", "start": 0, "end": 11}]','Optoutd/Opt-outs',NULL,'["O-7K3M2Q"]','');
CREATE TABLE meta (
	name VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "meta" VALUES('log_key','31416b7943225d0b4496ffe32c10f097ba19d057d41ecf9cc8c7540824238660');
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
	copied_at DATETIME, 
	PRIMARY KEY ("row"), 
	UNIQUE (idempotency_key)
);
INSERT INTO "outbox" VALUES(1,'reply:1','<1@shop.example>','Anna@Shop.example','anna@shop.example','',X'5375626A6563743A20310D0A0D0A00FF','["O-7K3M2Q"]','','support','queued',0,0,'2026-03-01 12:30:15.123456','2026-03-01 12:30:15.123456',NULL,'','',NULL);
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
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY ("row"), 
	UNIQUE (reference)
);
INSERT INTO "request" VALUES(1,'O-7K3M2Q','opt_out','effective','anna@shop.example','Anna@Shop.example','mail','support','2026-03-01 11:30:15.123456','2026-03-02 11:30:15.123456','en','unproven','asked-by-mail','db61dda74410f015e350221796f3f0e51e6a1ed421d233a48a67deb69ea5bf6f','','2026-03-01 12:30:15.123456');
CREATE TABLE suppression (
	address_key VARCHAR NOT NULL, 
	list_name VARCHAR NOT NULL, 
	address_written VARCHAR NOT NULL, 
	since DATETIME NOT NULL, 
	reference VARCHAR NOT NULL, 
	PRIMARY KEY (address_key, list_name)
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
