#compdef mikado
# Completion of mikado for zsh. To install it, one of:
#   mikado completion zsh >~/.zfunc/_mikado      (any folder of $fpath, before compinit)
#   echo 'source <(mikado completion zsh)' >>~/.zshrc      (behind compinit)

_mikado() {
  local -a answers names shown
  local answer about word
  local -i width=0
  answers=("${(@f)$(mikado complete --typed -- "${(@)words[2,CURRENT-1]}" "$IPREFIX$QIPREFIX$PREFIX" 2>/dev/null)}")
  case $answers[1] in
    ($'\tfile') compset -P '--*='; _files; return ;;
    ($'\tfolder') compset -P '--*='; _files -/; return ;;
  esac
  for answer in $answers; do
    word=${answer%%$'\t'*}
    names+=("$word")
    (($#word > width)) && width=$#word
  done
  (($#names)) || return 1
  for answer in $answers; do
    word=${answer%%$'\t'*}
    about=${answer#*$'\t'}
    [[ -n $about ]] && word="${(r:width:)word}  -- $about"
    shown+=("${word[1,COLUMNS-1]}")
  done
  # In the order that was told; a part of a word finds it too, as the answer does.
  compadd -V mikado -l -d shown -M 'm:{[:lower:]}={[:upper:]} l:|=* r:|=*' -a names
}

if [[ $funcstack[1] == _mikado ]]; then
  _mikado "$@"
else
  compdef _mikado mikado
fi
