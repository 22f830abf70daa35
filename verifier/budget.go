package verifier

import (
	"context"
	"sync"
	"time"
)

// Bounds of the network in one verification (security rule 9).
const (
	networkTime        = 3 * time.Second // from the first fetch on
	fetchesPerDocument = 32              // with everything inside it
	fetchesPerOne      = 8               // for one credential
)

// budget is what one call of Verify may still ask of the network. It goes
// along in the context, through documents inside documents.
type budget struct {
	mu      sync.Mutex // guards left, network and cancel
	ctx     context.Context
	left    int
	network context.Context // begun with the first fetch
	cancel  context.CancelFunc
}

// share is one credential's part of a budget.
type share struct {
	of   *budget
	left int
}

type budgetKey struct{}

// withBudget gives a context with a new budget; done ends its network.
func withBudget(ctx context.Context) (_ context.Context, done func()) {
	b := &budget{ctx: ctx, left: fetchesPerDocument}
	return context.WithValue(ctx, budgetKey{}, &share{of: b, left: fetchesPerOne}), b.end
}

// withShare gives a context for one more credential under the same budget.
func withShare(ctx context.Context) context.Context {
	s, ok := ctx.Value(budgetKey{}).(*share)
	if !ok {
		return ctx
	}
	return context.WithValue(ctx, budgetKey{}, &share{of: s.of, left: fetchesPerOne})
}

// spend takes one fetch from the budget in ctx and gives the context that
// bounds the wait for it: nil where there is no budget, false when it is spent.
func spend(ctx context.Context) (context.Context, bool) {
	s, ok := ctx.Value(budgetKey{}).(*share)
	if !ok {
		return nil, true
	}
	b := s.of
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.left <= 0 || b.left <= 0 {
		return nil, false
	}
	s.left--
	b.left--
	if b.network == nil {
		b.network, b.cancel = context.WithTimeout(b.ctx, networkTime)
	}
	return b.network, b.network.Err() == nil
}

func (b *budget) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.cancel != nil {
		b.cancel()
	}
}

type idleKey struct{}

// WithIdle gives a context under which a check says when it waits for the
// network and needs no processor: idle is called before, and what it gives after.
func WithIdle(ctx context.Context, idle func() (back func())) context.Context {
	return context.WithValue(ctx, idleKey{}, idle)
}

// idling calls the idle of ctx, if there is one.
func idling(ctx context.Context) (back func()) {
	if idle, ok := ctx.Value(idleKey{}).(func() (back func())); ok {
		return idle()
	}
	return func() {}
}
