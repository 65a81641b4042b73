# Completion of mikado for fish. To install it:
#   mikado completion fish >~/.config/fish/completions/mikado.fish

function __mikado_complete
    set -l words (string escape --no-quoted -- (commandline -opc))
    set -l typed (commandline -ct)
    set -e words[1]
    set -l answers (mikado complete --typed -- $words "$typed" 2>/dev/null)
    set -l before (string match -r -- '^--[^=]*=' "$typed")
    set -l value (string replace -- "$before" '' "$typed")
    # fish looks for files where it knows nothing of a command.
    switch "$answers[1]"
        case \t'file'
            complete -C "__mikado_none $value" | string replace -r -- '^' "$before"
        case \t'folder'
            complete -C "__mikado_none $value" | string match -r '.*/$' | string replace -r -- '^' "$before"
        case '*'
            printf '%s\n' $answers
    end
end

complete -c mikado -e
complete -c mikado -f -k -a '(__mikado_complete)'
