# bash completion for p2panda-radio: the program itself says what fits, so that this never falls behind its commands.
_p2panda_radio() {
  local word=${COMP_WORDS[COMP_CWORD]} words
  words=$(p2panda-radio "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null) || return 0
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o default -F _p2panda_radio p2panda-radio
