-- What keeps the tables of schema.sql true and quick.

ALTER TABLE users ADD CONSTRAINT users_handle_key UNIQUE (handle);
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);
ALTER TABLE projects ADD CONSTRAINT projects_key_key UNIQUE (key);
ALTER TABLE issues ADD CONSTRAINT issues_number_key UNIQUE (project_id, number);

ALTER TABLE projects ADD CONSTRAINT projects_lead_fkey FOREIGN KEY (lead_id) REFERENCES users (id);
ALTER TABLE issues ADD CONSTRAINT issues_project_fkey FOREIGN KEY (project_id) REFERENCES projects (id);
ALTER TABLE issues ADD CONSTRAINT issues_reporter_fkey FOREIGN KEY (reporter_id) REFERENCES users (id);
ALTER TABLE issues ADD CONSTRAINT issues_assignee_fkey FOREIGN KEY (assignee_id) REFERENCES users (id);
ALTER TABLE comments ADD CONSTRAINT comments_issue_fkey FOREIGN KEY (issue_id) REFERENCES issues (id);
ALTER TABLE comments ADD CONSTRAINT comments_author_fkey FOREIGN KEY (author_id) REFERENCES users (id);
ALTER TABLE worklogs ADD CONSTRAINT worklogs_issue_fkey FOREIGN KEY (issue_id) REFERENCES issues (id);
ALTER TABLE worklogs ADD CONSTRAINT worklogs_author_fkey FOREIGN KEY (author_id) REFERENCES users (id);
ALTER TABLE attachments ADD CONSTRAINT attachments_issue_fkey FOREIGN KEY (issue_id) REFERENCES issues (id);
ALTER TABLE attachments ADD CONSTRAINT attachments_uploader_fkey FOREIGN KEY (uploader_id) REFERENCES users (id);

CREATE INDEX issues_board_idx ON issues (project_id, updated_at DESC) WHERE status <> 'done';
CREATE INDEX comments_issue_idx ON comments (issue_id, created_at);
CREATE INDEX worklogs_issue_idx ON worklogs (issue_id);
CREATE INDEX attachments_issue_idx ON attachments (issue_id);
