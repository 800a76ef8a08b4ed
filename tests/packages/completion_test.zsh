# zsh -f completion_test.zsh SITE LINE: what an interactive zsh makes of LINE and <TAB>, when SITE is
# among the folders of its completions. A widget writes the line down, so that no screen is read.
zmodload zsh/zpty
zpty inner TERM=dumb zsh -f -i
set_up="PS1= RPS1=; unsetopt zle_bracketed_paste; fpath=(${(q)1} \$fpath)
autoload -Uz compinit; compinit -u -D
answer() { zle expand-or-complete; print -r -- \"<\$BUFFER>\"; BUFFER= }
zle -N answer; bindkey '^T' answer; stty -echo; print SET'_'UP"
zpty -w inner "$set_up"
zpty -r inner said '*SET_UP*' || exit 1
zpty -w -n inner "$2"$'\C-t'
zpty -r inner said '*<rcx *>*' || exit 1
said=${said##*<}
print -r -- "${said%%>*}"
zpty -d inner
