from app.delivery.seb.keys import config_key, is_request_hash, request_hash, seb_json

__all__ = ["config_key", "is_request_hash", "request_hash", "seb_json"]
