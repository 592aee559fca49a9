-- The folder of a trained TRM is named relative to its home, which may be moved, copied or renamed.
UPDATE trm_models SET folder = 'models/' || name;
