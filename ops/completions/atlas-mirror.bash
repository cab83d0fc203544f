# Completions of atlas-mirror for bash.
# Made by: atlas-mirror --completions bash > atlas-mirror.bash
_atlas_mirror() {
  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD - 1]}"
  COMPREPLY=()
  case "$before" in
    --history) return ;;
    --audit-archive) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    --pause) return ;;
    --resume) return ;;
    --completions) mapfile -t COMPREPLY < <(compgen -W "bash zsh fish" -- "$word"); return ;;
    --tab) return ;;
    --accept) mapfile -t COMPREPLY < <(compgen -W "many-decisions bulk-edit rows-missing tab-empty database-rows-missing rows-scrambled adopt other-database older-database contract-changed" -- "$word"); return ;;
    --html) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    --config) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    --log-level) mapfile -t COMPREPLY < <(compgen -W "debug info warning error" -- "$word"); return ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "--once --plan --init --setup --teardown --history --audit-archive --pause --resume --check-health --report --install-check --completions --demo -h --help -V --version --import --export --tab --accept --wait --migrate --repair --probe --offline --html --config --json --log-level --no-color" -- "$word")
}
complete -o filenames -F _atlas_mirror atlas-mirror
