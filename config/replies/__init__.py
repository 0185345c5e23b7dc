"""The templates of the replies: a folder a language, a file a situation."""
