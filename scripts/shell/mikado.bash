# Completion of mikado for bash, 3.2 and newer. To install it, one of:
#   echo 'eval "$(mikado completion bash)"' >>~/.bashrc
#   mikado completion bash >~/.local/share/bash-completion/completions/mikado   (with bash-completion)

_mikado() {
  local line=${COMP_LINE:0:COMP_POINT} piece= word= answer= candidate= before= i
  local -a words
  words=()
  COMPREPLY=()
  # readline parts words at = and : too. What no space parts is one word.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${line#"${line%%[![:space:]]*}"}
    piece=${COMP_WORDS[i]}
    ((i < COMP_CWORD)) || piece=$word
    if [[ $i -gt 0 && $word == "$line" && -n $line ]]; then
      words[${#words[@]} - 1]+=$piece
    else
      words+=("$piece")
    fi
    line=${word#"$piece"}
  done
  # Right behind a = the word that is completed begins anew.
  [[ -n ${piece//[=:]/} ]] || piece=
  word=${words[${#words[@]} - 1]}
  before=${word%"$piece"}
  while IFS= read -r answer; do
    case $answer in
      $'\tfile') compopt -o default 2>/dev/null || IFS=$'\n' read -d '' -r -a COMPREPLY < <(compgen -f -- "$piece") ;;
      $'\tfolder') compopt -o dirnames 2>/dev/null || IFS=$'\n' read -d '' -r -a COMPREPLY < <(compgen -d -- "$piece") ;;
      *)
        candidate=${answer%%$'\t'*}
        candidate=${candidate#"$before"}
        case $piece in
          # In an open quote nothing can be escaped that all shells read alike.
          \"*) [[ $candidate != *[\"\$\`\\!]* ]] || continue ;;
          \'*) [[ $candidate != *\'* ]] || continue ;;
          *) printf -v candidate %q "$candidate" ;;
        esac
        COMPREPLY+=("$candidate")
        ;;
    esac
  done < <(mikado complete --typed -- "${words[@]:1}" 2>/dev/null)
}

# Older ones sort, and so lose that the likely cards come first.
complete -o nosort -F _mikado mikado 2>/dev/null || complete -F _mikado mikado
