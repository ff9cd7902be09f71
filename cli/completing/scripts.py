"""What each shell is told: whom it asks for words, what it hands over, and what it does with the answer.

Nothing is read from the terminal meanwhile, and nothing but the answer is shown. click's own scripts join the
words of a line by blanks, so that a reference with a blank or a quotation mark in it would come apart.
"""

from __future__ import annotations

from typing import Final

_BASH: Final = """\
_longcase_completion() {
    local program=$1 kind= line
    COMPREPLY=()
    [[ $program == '~/'* ]] && program=$HOME/${program:2}
    type -P -- "$program" >/dev/null || program=longcase
    while IFS= read -r line; do
        if [[ -z $kind ]]; then kind=$line; else COMPREPLY+=("$line"); fi
    done < <(VARIABLE=bash_complete "$program" \\
        "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null </dev/null)
    case $kind in
        file) compopt -o default 2>/dev/null ;;
        dir) compopt -o dirnames 2>/dev/null ;;
    esac
    return 0
}

complete -o nosort -F _longcase_completion longcase
"""

_ZSH: Final = """\
#compdef longcase

_longcase_completion() {
    local program=${(Q)words[1]} line kind
    local -a answer values shown before
    program=${program/#\\~\\//$HOME/}
    (( $+commands[$program] )) || [[ -x $program ]] || program=longcase
    (( CURRENT > 2 )) && before=("${(@Q)words[2,CURRENT-1]}")
    answer=("${(@f)$(VARIABLE=zsh_complete "$program" \\
        "${LBUFFER%%${(j: :)~words[1]}*}" "$program" "${(@)before}" "${(Q)PREFIX}" 2>/dev/null </dev/null)}")
    kind=$answer[1]
    for line in "${(@)answer[2,-1]}"; do
        values+=("${line%%$'\\t'*}")
        shown+=("${line%%$'\\t'*}${${line#*$'\\t'}:+  -- ${line#*$'\\t'}}")
    done
    case $kind in
        file) compset -P '--*='; _files ;;
        dir) compset -P '--*='; _files -/ ;;
        *) (( $#values )) && compadd -o nosort -l -d shown -a values ;;
    esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _longcase_completion "$@"
else
    compdef _longcase_completion longcase
fi
"""

_FISH: Final = """\
function _longcase_completion
    set -l typed (commandline -opc)
    set -l program (string match -v -r '^[A-Za-z_][A-Za-z0-9_]*=' -- $typed)[1]
    type -q -- $program; or set program longcase
    set -l answer (env VARIABLE=fish_complete $program $typed (commandline -ct | string collect -a) \\
        2>/dev/null </dev/null)
    switch "$answer[1]"
        case file
            __fish_complete_path (commandline -ct)
        case dir
            __fish_complete_directories (commandline -ct)
        case '*'
            printf '%s\\n' $answer[2..-1]
    end
end

complete --no-files --keep-order --command longcase --arguments '(_longcase_completion)'
"""

_SCRIPTS: Final = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


def script(shell: str, variable: str) -> str:
    """Return the script of a shell, which asks the program by an environment ``variable``."""
    return _SCRIPTS[shell].replace("VARIABLE", variable)
